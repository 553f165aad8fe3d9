import { conformance } from './suite.ts';

conformance(22, { booted: false, codeCache: true });
