import type { Context } from 'hono';
import { evaluate } from 'mathjs';
import { shippingFormula } from 'shop-data';

/** `?grams=` gives the price of a parcel, in cents. */
export function shipping(c: Context): Response {
  const grams = Number(c.req.query('grams') ?? 0);
  return c.json({ grams, price: evaluate(shippingFormula, { grams }) });
}
