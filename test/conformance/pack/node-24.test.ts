import { conformance } from './suite.ts';

conformance(24, { booted: true, codeCache: true });
