require("./shop.js")({ test, beforeEach, afterEach, equal: (a, b) => expect(a).toBe(b) });
