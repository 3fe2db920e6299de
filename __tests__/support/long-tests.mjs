import { jest } from '@jest/globals';

// Tiers that start real brokers, browsers and dbt; a hanging test fails after this, milliseconds.
jest.setTimeout(300_000);
