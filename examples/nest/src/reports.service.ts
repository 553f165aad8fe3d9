import { Injectable } from '@nestjs/common';
import ExcelJS from 'exceljs';
import { orders, totalOf } from 'shop-data';

@Injectable()
export class ReportsService {
  /** All orders with their totals, as an Excel file. */
  async sales(): Promise<Uint8Array> {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('Sales');
    sheet.columns = [
      { header: 'Order', key: 'id' },
      { header: 'Day', key: 'day', width: 12 },
      { header: 'Total', key: 'total', style: { numFmt: '0.00' } },
    ];
    for (const order of orders) sheet.addRow({ id: order.id, day: order.day, total: totalOf(order.lines) / 100 });
    return new Uint8Array(await workbook.xlsx.writeBuffer());
  }
}
