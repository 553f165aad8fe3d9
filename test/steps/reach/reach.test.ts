import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reachIn } from './an-app.ts';

describe('what a route reaches', () => {
  it('is what its handler mentions, not what its file imports', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const pdf = require('pdfkit');
        const csv = require('csv');
        const app = express();
        app.get('/pdf', (req, res) => pdf(res));
        app.get('/csv', (req, res) => csv(res));`,
    });
    assert.deepEqual(reach('GET /pdf'), ['node_modules/pdfkit/index.js']);
    assert.deepEqual(reach('GET /csv'), ['node_modules/csv/index.js']);
  });

  it('goes through files, exports again and barrels', () => {
    const reach = reachIn({
      'main.js': `
        import express from 'express';
        import { report } from './barrel.js';
        const app = express();
        app.get('/report', (req, res) => report(res));`,
      'barrel.js': `export * from './report.js'; export * from './other.js';`,
      'report.js': `import pdf from 'pdfkit'; import csv from 'csv'; export const report = (res) => pdf(res); export const list = () => csv();`,
      'other.js': `import sharp from 'sharp'; export const image = () => sharp();`,
    });
    assert.deepEqual(reach('GET /report'), ['barrel.js', 'node_modules/pdfkit/index.js', 'report.js']);
  });

  it('takes the methods of a class one by one', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const { Reports } = require('./reports');
        const reports = new Reports();
        const app = express();
        app.get('/pdf', (req, res) => reports.pdf(res));
        app.get('/csv', reports.csv);`,
      'reports.js': `
        const pdf = require('pdfkit'), csv = require('csv');
        class Base { log() { return require('debug'); } }
        class Reports extends Base { pdf(res) { this.log(); pdf(res); } csv(req, res) { csv(res); } }
        exports.Reports = Reports;`,
    });
    assert.deepEqual(reach('GET /pdf'), ['node_modules/debug/index.js', 'node_modules/pdfkit/index.js', 'reports.js']);
    assert.deepEqual(reach('GET /csv'), ['node_modules/csv/index.js', 'reports.js']);
  });

  it('takes the members of an object one by one, and all of them where the name is computed', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const jobs = require('./jobs');
        const app = express();
        app.get('/pdf', (req, res) => jobs.pdf(res));
        app.get('/any', (req, res) => jobs[req.query.job](res));`,
      'jobs.js': `module.exports = { pdf: (res) => require('pdfkit')(res), csv(res) { require('csv')(res); } };`,
    });
    assert.deepEqual(reach('GET /pdf'), ['jobs.js', 'node_modules/pdfkit/index.js']);
    assert.deepEqual(reach('GET /any'), ['jobs.js', 'node_modules/csv/index.js', 'node_modules/pdfkit/index.js']);
  });

  it('follows closures that factories make', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const { listOf, exportOf } = require('./factories');
        const app = express();
        app.get('/list', listOf('users'));
        app.get('/export', exportOf('users'));`,
      'factories.js': `
        const csv = require('csv'), pdf = require('pdfkit');
        exports.listOf = (name) => (req, res) => csv(res, name);
        exports.exportOf = function (name) { return (req, res) => pdf(res, name); };`,
    });
    assert.deepEqual(reach('GET /list'), ['factories.js', 'node_modules/csv/index.js']);
    assert.deepEqual(reach('GET /export'), ['factories.js', 'node_modules/pdfkit/index.js']);
  });

  it('finds methods by name on what was handed in', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const { Reports } = require('./reports');
        const routes = require('./routes');
        const app = express();
        routes(app, new Reports());`,
      'routes.js': `
        module.exports = (app, reports) => {
          app.get('/pdf', (req, res) => reports.toPdf(res));
          app.get('/none', (req, res) => res.end());
        };`,
      'reports.js': `const pdf = require('pdfkit'); exports.Reports = class { toPdf(res) { pdf(res); } };`,
    });
    assert.deepEqual(reach('GET /pdf'), ['node_modules/pdfkit/index.js', 'routes.js']);
    assert.deepEqual(reach('GET /none'), ['routes.js']);
    assert.deepEqual(reach(null), ['node_modules/express/index.js', 'reports.js']);
  });

  it('loads all of a module that only the request loads', () => {
    const reach = reachIn(
      {
        'main.js': `
        const express = require('express');
        const app = express();
        app.get('/late', async (req, res) => res.json((await import('./late.mjs')).one()));`,
        'late.mjs': `import csv from 'csv'; import './effect.mjs'; csv(); export const one = () => 1;`,
        'effect.mjs': `import pdf from 'pdfkit'; pdf();`,
      },
      { late: ['late.mjs', 'effect.mjs'] },
    );
    assert.deepEqual(reach('GET /late'), ['effect.mjs', 'late.mjs', 'node_modules/csv/index.js', 'node_modules/pdfkit/index.js']);
  });
});

describe('what any request reaches', () => {
  it('is middleware and the framework, not the handlers of routes', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const pdf = require('pdfkit');
        const app = express();
        require('./middleware').install(app);
        app.get('/pdf', (req, res) => pdf(res));`,
      'middleware.js': `
        const csv = require('csv'), sharp = require('sharp');
        exports.install = (app) => { app.use((req, res, next) => { csv(); next(); }); };
        exports.unused = () => sharp();`,
    });
    assert.deepEqual(reach(null), ['middleware.js', 'node_modules/csv/index.js', 'node_modules/express/index.js']);
  });

  it('is not what the start alone uses', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const config = require('csv').parse('config');
        const app = express();
        app.get('/', (req, res) => res.end());
        if (config.verbose) console.log('ready');`,
    });
    assert.equal(reach(null).includes('node_modules/csv/index.js'), false);
  });

  it('leaves what a package is given to those who use the package', () => {
    const reach = reachIn({
      'main.js': `
        const express = require('express');
        const csv = require('csv');
        const { plugin } = require('./plugin');
        csv.extend(plugin);
        const app = express();
        app.get('/csv', (req, res) => csv.parse(res));
        app.get('/none', (req, res) => res.end());`,
      'plugin.js': `const pdf = require('pdfkit'); exports.plugin = () => pdf();`,
    });
    assert.deepEqual(reach('GET /csv'), ['node_modules/csv/index.js', 'node_modules/pdfkit/index.js', 'plugin.js']);
    assert.deepEqual(reach('GET /none'), []);
  });
});

describe('injection', () => {
  const services = `
        "use strict";
        const common_1 = require("@nestjs/common");
        const pdf = require("pdfkit"), csv = require("csv");
        let PdfService = class PdfService { make() { return pdf(); } };
        exports.PdfService = PdfService;
        exports.PdfService = PdfService = __decorate([(0, common_1.Injectable)()], PdfService);
        let CsvService = class CsvService { make() { return csv(); } };
        exports.CsvService = CsvService;
        exports.CsvService = CsvService = __decorate([(0, common_1.Injectable)()], CsvService);`;

  it('is followed by the constructor types that compiled code keeps', () => {
    const reach = reachIn({
      'main.js': `
        const core_1 = require("@nestjs/core");
        const module_1 = require("./module");
        core_1.NestFactory.create(module_1.AppModule).then((app) => app.listen(3000));`,
      'module.js': `
        const common_1 = require("@nestjs/common");
        const controller_1 = require("./controller");
        const services_1 = require("./services");
        let AppModule = class AppModule {};
        exports.AppModule = AppModule;
        exports.AppModule = AppModule = __decorate([(0, common_1.Module)({ controllers: [controller_1.Controller], providers: [services_1.PdfService, services_1.CsvService] })], AppModule);`,
      'controller.js': `
        const common_1 = require("@nestjs/common");
        const services_1 = require("./services");
        let Controller = class Controller {
          constructor(pdfs, csvs) { this.pdfs = pdfs; this.csvs = csvs; }
          route_GET_pdf() { return this.pdfs.make(); }
          route_GET_csv() { return this.csvs.make(); }
        };
        exports.Controller = Controller;
        exports.Controller = Controller = __decorate([(0, common_1.Controller)(), __metadata("design:paramtypes", [services_1.PdfService, services_1.CsvService])], Controller);`,
      'services.js': services,
    });
    assert.deepEqual(reach('GET /pdf'), ['controller.js', 'node_modules/pdfkit/index.js']);
    assert.deepEqual(reach('GET /csv'), ['controller.js', 'node_modules/csv/index.js']);
  });

  it('is followed by the constructor types of sources', () => {
    const reach = reachIn({
      'main.ts': `
        import express from 'express';
        import { Pdfs, Csvs } from './services.ts';
        class Api {
          constructor(private readonly pdfs: Pdfs, private csvs: Csvs) {}
          route_GET_pdf(req: unknown, res: unknown) { return this.pdfs.make(res); }
          route_GET_csv(req: unknown, res: unknown) { return this.csvs.make(res); }
        }
        export const api = new Api(new Pdfs(), new Csvs());`,
      'services.ts': `
        import pdf from 'pdfkit';
        import csv from 'csv';
        export class Pdfs { make(res: unknown) { return pdf(res); } }
        export class Csvs { make(res: unknown) { return csv(res); } }`,
    });
    assert.deepEqual(reach('GET /pdf'), ['node_modules/pdfkit/index.js']);
    assert.deepEqual(reach('GET /csv'), ['node_modules/csv/index.js']);
  });
});

describe('imports of computed names', () => {
  it('lead to what they were seen to load', () => {
    const reach = reachIn(
      {
        'main.js': `
        const express = require('express');
        const app = express();
        const job = require('./jobs/' + process.env.JOB);
        app.get('/job', (req, res) => job(res));`,
        'jobs/pdf.js': `const pdf = require('pdfkit'); module.exports = (res) => pdf(res);`,
        'jobs/csv.js': `const csv = require('csv'); module.exports = (res) => csv(res);`,
      },
      { seen: [['main.js', 'jobs/pdf.js']], absent: ['jobs/csv.js'] },
    );
    assert.deepEqual(reach('GET /job'), ['jobs/pdf.js', 'node_modules/pdfkit/index.js']);
  });

  it('lead to the folder they begin with where nothing was seen', () => {
    const reach = reachIn(
      {
        'main.js': `
        const express = require('express');
        const app = express();
        app.get('/job', (req, res) => require(\`./jobs/\${req.query.job}\`)(res));`,
        'jobs/pdf.js': `const pdf = require('pdfkit'); module.exports = (res) => pdf(res);`,
      },
      { absent: ['jobs/pdf.js'] },
    );
    assert.deepEqual(reach('GET /job'), ['jobs/pdf.js', 'node_modules/pdfkit/index.js']);
  });

  it('are told with file and line where nobody knows', () => {
    const reach = reachIn({
      'main.js': `const express = require('express');
        const app = express();
        app.get('/job', (req, res) => require(req.query.job)(res));`,
    });
    assert.deepEqual(reach.unknown('GET /job'), [{ file: 'main.js', line: 3 }]);
  });
});

describe('the imports on the way', () => {
  it('are named with their lines', () => {
    const reach = reachIn({
      'main.js': `const express = require('express');
        const { pdf } = require('./pdf');
        const app = express();
        app.get('/pdf', (req, res) => pdf(res));`,
      'pdf.js': `
        const csv = require('csv');
        const kit = require('pdfkit');
        exports.pdf = (res) => kit(res);
        exports.csv = (res) => csv(res);`,
    });
    assert.deepEqual(reach.imports('GET /pdf'), [
      { from: 'main.js', to: 'node_modules/express/index.js', specifier: 'express', line: 1 },
      { from: 'main.js', to: 'pdf.js', specifier: './pdf', line: 2 },
      { from: 'pdf.js', to: 'node_modules/pdfkit/index.js', specifier: 'pdfkit', line: 3 },
    ]);
  });
});
