import { work } from './work.js';

/** What /b needs: two reference seconds to load. */
export const y = work(2);
