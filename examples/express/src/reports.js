import ExcelJS from 'exceljs';
import { Router } from 'express';
import { orders, totalOf } from 'shop-data';

export const reports = Router();

reports.get('/sales.xlsx', async (_request, response) => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Sales');
  sheet.columns = [
    { header: 'Order', key: 'id' },
    { header: 'Day', key: 'day', width: 12 },
    { header: 'Total', key: 'total', style: { numFmt: '0.00' } },
  ];
  for (const order of orders) sheet.addRow({ id: order.id, day: order.day, total: totalOf(order.lines) / 100 });
  response.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  response.send(Buffer.from(await workbook.xlsx.writeBuffer()));
});
