import type { Fact } from '../../syntax/reader/bodies.ts';

/** What a route can need besides modules. Each is a finding's code. */
export type Need =
  | 'route-streams'
  | 'reads-authorization'
  | 'takes-body'
  | 'takes-uploads'
  | 'writes-files'
  | 'io-bound'
  | 'cpu-bound'
  | 'uses-websocket'
  | 'timers'
  | 'work-after-response'
  | 'sessions-in-memory'
  | 'rate-limit-in-memory'
  | 'host-in-urls';

/** How a need shows: all conditions that are given must hold. Without a kind, middleware and decorators count too. */
interface Sign {
  need: Need;
  kind?: Fact['kind'];
  /** As written: `res.write`. */
  name?: RegExp;
  /** Where it comes from: `node:fs.writeFile`. */
  origin?: RegExp;
  text?: RegExp;
  /** The first argument as written. */
  argument?: RegExp;
  /** An option that takes the need away. */
  without?: RegExp;
  unawaited?: true;
}

/** Packages that wait for others, and such that keep the processor busy. */
const waiting = /^(?:fetch|axios|got|node-fetch|undici|superagent|needle|request|ky|pg|pg-promise|postgres|mysql2?|mongodb|mongoose|redis|ioredis|knex|sequelize|typeorm|@prisma\/client|drizzle-orm|better-auth|@aws-sdk\/[\w-]+|aws-sdk|@google-cloud\/[\w-]+|@azure\/[\w-]+|nodemailer|amqplib|kafkajs|stripe|openai|@anthropic-ai\/sdk|ai|graphql-request|node:https?|node:net|node:dns)\b/;
const busy = /^(?:bcrypt|bcryptjs|argon2|sharp|jimp|canvas|@napi-rs\/canvas|pdfkit|pdf-lib|pdfmake|exceljs|xlsx|puppeteer(?:-core)?|playwright(?:-core)?|mathjs|tesseract\.js|fluent-ffmpeg|archiver|jszip|node-forge|@tensorflow\/[\w-]+|node:zlib\.\w+Sync|node:crypto\.(?:pbkdf2|scrypt)(?:Sync)?)\b/;

const writers = /^(?:node:fs|node:fs\/promises|fs-extra|graceful-fs|node:fs\.promises)\.(?:promises\.)?(?:writeFile|appendFile|mkdir|createWriteStream|copyFile|rename|outputFile|outputJson|writeJson|ensureDir|symlink|mkdtemp)(?:Sync)?$/;

/** The one table of what to look for; the first sign of a need in a route is the one that is told. */
export const signs: readonly Sign[] = [
  { need: 'route-streams', kind: 'text', text: /^text\/event-stream/ },
  { need: 'route-streams', kind: 'call', name: /(?:^|\.)(?:res|response|reply|raw)(?:\.raw)?\.(?:write|flushHeaders)$/ },
  { need: 'route-streams', kind: 'call', name: /\.pipe$/, argument: /(?:^|\.)(?:res|response|raw|reply)$/ },
  { need: 'route-streams', kind: 'call', name: /\.(?:pipeTo|pipeDataStreamToResponse|pipeTextStreamToResponse|pipeUIMessageStreamToResponse|toDataStreamResponse|toTextStreamResponse|toUIMessageStreamResponse|sse)$/ },
  { need: 'route-streams', kind: 'new', name: /^(?:ReadableStream|TransformStream|StreamableFile|PassThrough|\w+\.(?:StreamableFile|PassThrough))$/ },
  { need: 'route-streams', kind: 'call', origin: /^hono\/streaming\.|^ai\.(?:streamText|streamObject|createUIMessageStream|createDataStream)|^node:stream(?:\/promises)?\.pipeline$|renderToPipeableStream$|renderToReadableStream$/ },
  { need: 'route-streams', kind: 'call', name: /(?:^|\.)create\w*ReadStream$/ },
  { need: 'route-streams', origin: /^@nestjs\/common\.Sse$/ },
  { need: 'reads-authorization', kind: 'member', name: /\.headers?\.authorization$/i },
  { need: 'reads-authorization', kind: 'member', text: /^authorization$/i, name: /headers/i },
  { need: 'reads-authorization', kind: 'call', name: /\.(?:get|header|getHeader|headers\.get)$/, text: /^authorization$/i },
  { need: 'reads-authorization', origin: /^@nestjs\/passport\.AuthGuard\b|^passport\.authenticate\b|^(?:express-jwt|koa-jwt|hono\/jwt|hono\/basic-auth|hono\/bearer-auth|express-basic-auth|@fastify\/(?:jwt|bearer-auth|basic-auth))\b/ },
  { need: 'reads-authorization', kind: 'call', name: /\.jwtVerify$/ },
  { need: 'takes-body', kind: 'member', name: /(?:^|\.)(?:req|request)\.(?:body|rawBody)$/ },
  { need: 'takes-body', kind: 'call', name: /(?:^|\.)(?:req|request)\.(?:json|formData|parseBody|arrayBuffer|blob)$/ },
  { need: 'takes-body', kind: 'call', name: /\.req\.(?:text|valid)$/ },
  { need: 'takes-body', kind: 'call', name: /\breq(?:uest)?\.on$/, text: /^data$/ },
  { need: 'takes-body', origin: /^@nestjs\/common\.Body$/ },
  { need: 'takes-uploads', origin: /^(?:multer|@koa\/multer|express-fileupload|@nestjs\/platform-express\.(?:File|Files|FileFields|AnyFiles)Interceptor|@nestjs\/common\.UploadedFiles?)\b/ },
  { need: 'takes-uploads', kind: 'call', name: /\b(?:req|request)\.(?:file|files|parts|saveRequestFiles)$/ },
  { need: 'takes-uploads', kind: 'member', name: /\b(?:req|request|ctx\.request|ctx)\.files?$/ },
  { need: 'takes-uploads', origin: /^(?:formidable|busboy|@fastify\/busboy|multiparty)\b/ },
  { need: 'writes-files', kind: 'call', origin: writers, text: /^(?!\/tmp(?:\/|$))/ },
  { need: 'cpu-bound', origin: busy },
  { need: 'io-bound', kind: 'call', name: /^fetch$/ },
  { need: 'io-bound', origin: waiting },
  { need: 'uses-websocket', origin: /^(?:ws|socket\.io|uWebSockets\.js|websocket|express-ws|koa-websocket|@fastify\/websocket|@hono\/node-ws|@nestjs\/websockets)\b|upgradeWebSocket$/ },
  { need: 'timers', kind: 'call', name: /^setInterval$/ },
  { need: 'timers', origin: /^(?:timers\.setInterval|node-cron\.schedule|cron\.CronJob|cron|node-schedule\.scheduleJob|agenda|bree|bull|bullmq\.(?:Worker|QueueScheduler)|toad-scheduler\.\w+|@nestjs\/schedule\.(?:Cron|Interval))$/ },
  { need: 'work-after-response', kind: 'call', name: /^(?:setImmediate|queueMicrotask|process\.nextTick|setTimeout)$/, unawaited: true },
  { need: 'work-after-response', kind: 'call', name: /\b(?:res|response|reply\.raw)\.on(?:ce)?$/, text: /^finish$/ },
  { need: 'work-after-response', kind: 'call', name: /\.waitUntil$/ },
  { need: 'work-after-response', kind: 'call', origin: /^next\/server\.(?:after|unstable_after)$/ },
  { need: 'work-after-response', kind: 'call', name: /\.(?:then|catch)$/, unawaited: true },
  { need: 'sessions-in-memory', origin: /^(?:express-session|@fastify\/session|koa-generic-session)$/, without: /^store$/ },
  { need: 'sessions-in-memory', origin: /^(?:express-session\.MemoryStore|memorystore)$/ },
  { need: 'rate-limit-in-memory', origin: /^(?:express-rate-limit|hono-rate-limiter|koa-ratelimit|express-slow-down)(?:\.\w+)?$/, without: /^(?:store|db)$/ },
  { need: 'rate-limit-in-memory', origin: /^rate-limiter-flexible\.RateLimiterMemory$/ },
  { need: 'host-in-urls', kind: 'member', name: /(?:^|\.)(?:req|request|ctx)\.(?:hostname|host|origin|href)$/ },
  { need: 'host-in-urls', kind: 'member', name: /\.headers?\.host$/ },
  { need: 'host-in-urls', kind: 'call', name: /\.(?:get|header)$/, text: /^(?:x-forwarded-)?host$/i },
];

/** A fact, or a thing that a package made (`kind` is null): middleware, a decorator. */
export type Seen = Omit<Fact, 'kind'> & { kind: Fact['kind'] | null };

export function fits(sign: Sign, fact: Seen): boolean {
  return (
    (sign.kind === undefined || sign.kind === fact.kind) &&
    (sign.name === undefined || sign.name.test(fact.name)) &&
    (sign.origin === undefined || (fact.origin !== null && sign.origin.test(fact.origin))) &&
    (sign.argument === undefined || sign.argument.test(fact.argument)) &&
    (sign.text === undefined || (fact.text !== null && sign.text.test(fact.text))) &&
    (sign.without === undefined || !fact.options.some((one) => sign.without!.test(one))) &&
    (sign.unawaited === undefined || fact.unawaited)
  );
}
