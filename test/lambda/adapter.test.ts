import { adapterCases } from '../helpers/adapter-cases.ts';

adapterCases('the stand-in for the adapter', () => undefined);
