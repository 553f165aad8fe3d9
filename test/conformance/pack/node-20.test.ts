import { conformance } from './suite.ts';

conformance(20, { every: 3, booted: false, codeCache: false });
