ALTER TYPE status ADD VALUE 'lost';
