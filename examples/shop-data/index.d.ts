export interface Product {
  id: string;
  name: string;
  /** Cents. */
  price: number;
  grams: number;
  stock: number;
}

export interface OrderLine {
  product: string;
  quantity: number;
}

export interface Order {
  id: string;
  day: string;
  lines: OrderLine[];
}

export const products: Product[];
export const orders: Order[];
export const pages: Record<string, string>;
export const shippingFormula: string;
export function productById(id: string): Product | undefined;
export function orderById(id: string): Order | undefined;
export function totalOf(lines: readonly OrderLine[]): number;
