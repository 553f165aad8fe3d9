import { evaluate } from 'mathjs';
import { shippingFormula } from 'shop-data';

export async function shipping(app) {
  app.get('/shipping', async (request) => {
    const grams = Number(request.query.grams ?? 0);
    return { grams, price: evaluate(shippingFormula, { grams }) };
  });
}
