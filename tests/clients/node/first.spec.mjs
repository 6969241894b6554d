import { afterEach, beforeEach, expect, test } from "vitest";
import tests from "./shop.js";
tests({ test, beforeEach, afterEach, equal: (a, b) => expect(a).toBe(b) });
