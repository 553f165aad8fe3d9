const ExcelJS = require('exceljs');
const { orders, totalOf } = require('shop-data');

exports.sales = async (ctx) => {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Sales');
  sheet.columns = [
    { header: 'Order', key: 'id' },
    { header: 'Day', key: 'day', width: 12 },
    { header: 'Total', key: 'total', style: { numFmt: '0.00' } },
  ];
  for (const order of orders) sheet.addRow({ id: order.id, day: order.day, total: totalOf(order.lines) / 100 });
  ctx.type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  ctx.body = Buffer.from(await workbook.xlsx.writeBuffer());
};
