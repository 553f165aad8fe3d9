export { coldStart, type ColdStart } from './cold-start.ts';
export { environment, type Environment, type EnvironmentOptions, type Init, type UrlAnswer } from './environment.ts';
export { openFront, type Front } from './front.ts';
export type { UrlRequest } from './function-url.ts';
export type { Report } from './report.ts';
