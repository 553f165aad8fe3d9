import ExcelJS from 'exceljs';
import { Hono } from 'hono';
import { orders, totalOf } from 'shop-data';

export const reports = new Hono();

reports.get('/sales.xlsx', async (c) => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Sales');
  sheet.columns = [
    { header: 'Order', key: 'id' },
    { header: 'Day', key: 'day', width: 12 },
    { header: 'Total', key: 'total', style: { numFmt: '0.00' } },
  ];
  for (const order of orders) sheet.addRow({ id: order.id, day: order.day, total: totalOf(order.lines) / 100 });
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return c.body(new Uint8Array(await workbook.xlsx.writeBuffer()), 200, { 'content-type': type });
});
