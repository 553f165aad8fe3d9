import { Controller, Get, Query } from '@nestjs/common';
import { evaluate } from 'mathjs';
import { shippingFormula } from 'shop-data';

@Controller('shipping')
export class ShippingController {
  /** `?grams=` gives the price of a parcel, in cents. */
  @Get()
  price(@Query('grams') text = '0') {
    const grams = Number(text);
    return { grams, price: evaluate(shippingFormula, { grams }) };
  }
}
