import ExcelJS from 'exceljs';
import { orders, totalOf } from 'shop-data';

export async function reports(app) {
  app.get('/sales.xlsx', async (_request, reply) => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('Sales');
    sheet.columns = [
      { header: 'Order', key: 'id' },
      { header: 'Day', key: 'day', width: 12 },
      { header: 'Total', key: 'total', style: { numFmt: '0.00' } },
    ];
    for (const order of orders) sheet.addRow({ id: order.id, day: order.day, total: totalOf(order.lines) / 100 });
    reply.type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    return Buffer.from(await workbook.xlsx.writeBuffer());
  });
}
