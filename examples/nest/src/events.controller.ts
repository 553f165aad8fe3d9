import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { type Observable, interval, map, take } from 'rxjs';
import { products } from 'shop-data';

@Controller('events')
export class EventsController {
  /** What is left of the first products, one server-sent event each. */
  @Sse()
  events(): Observable<MessageEvent> {
    return interval(50).pipe(
      take(3),
      map((at) => ({ type: 'stock', data: { id: products[at]?.id, stock: products[at]?.stock } })),
    );
  }
}
