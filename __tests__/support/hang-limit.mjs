import { jest } from '@jest/globals';

// A test that hangs fails after this, milliseconds; none measures time, and a busy machine is no fault.
jest.setTimeout(300_000);
