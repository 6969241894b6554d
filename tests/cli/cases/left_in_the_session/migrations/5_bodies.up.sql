SET check_function_bodies = off; SET statement_timeout = '1h';
