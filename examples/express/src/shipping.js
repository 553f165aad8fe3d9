import { evaluate } from 'mathjs';
import { shippingFormula } from 'shop-data';

/** `?grams=` gives the price of a parcel, in cents. */
export function shipping(request, response) {
  const grams = Number(request.query.grams ?? 0);
  response.json({ grams, price: evaluate(shippingFormula, { grams }) });
}
