import { work } from './work.js';

/** What /a needs: three reference seconds to load. */
export const x = work(3);
