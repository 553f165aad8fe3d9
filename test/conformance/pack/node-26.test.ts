import { conformance } from './suite.ts';

conformance(26, { every: 3, booted: false, codeCache: false });
