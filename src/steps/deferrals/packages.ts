import type { ReasonCode } from '../../model/deferrals.ts';
import type { ModuleGraph } from '../../model/graph.ts';
import { goneWithout } from '../../query/reach.ts';

/** Tracers that patch packages as they are loaded. */
const tracers =
  /^(?:dd-trace|newrelic|elastic-apm-node|applicationinsights|@splunk\/otel|@instana\/(?:core|collector)|@opentelemetry\/(?:sdk-node|auto-instrumentations-node|instrumentation)|@sentry\/(?:node|opentelemetry|node-core)|require-in-the-middle|import-in-the-middle|aws-xray-sdk(?:-core)?)$/;

/** What those patch, by the lists of their instrumentations (OpenTelemetry's contrib packages, dd-trace's integrations). */
const instrumented =
  /^(?:@apollo\/server|@aws-sdk\/.+|@azure\/.+|@elastic\/.+|@google-cloud\/.+|@grpc\/grpc-js|@hapi\/hapi|@koa\/router|@mikro-orm\/.+|@nestjs\/core|@node-redis\/client|@prisma\/client|@redis\/client|@smithy\/smithy-client|aerospike|amqp10|amqplib|aws-sdk|avsc|bluebird|body-parser|bunyan|cassandra-driver|connect|couchbase|dataloader|elasticsearch|express|fastify|find-my-way|fs-extra|generic-pool|graphql|grpc|handlebars|hono|ioredis|iovalkey|kafkajs|knex|koa|koa-router|langchain|limitd-client|lru-memoizer|mariadb|memcached|microgateway-core|moleculer|mongodb|mongodb-core|mongoose|mquery|multer|mysql|mysql2|next|openai|opensearch|oracledb|paperplane|passport.*|pg|pg-pool|pino|protobufjs|redis|restify|rhea|router|sequelize|sharedb|socket\.io|tedious|undici|url|winston)$/;

/** Packages of which the whole process is meant to share one state from the start on. */
const singletons = /^(?:@opentelemetry\/api|reflect-metadata|source-map-support|dotenv|dotenv-expand|module-alias|app-module-path|zone\.js|cls-hooked|continuation-local-storage|longjohn|trace|why-is-node-running|core-js)$/;

/** A tracer with a list of its own, which is short. */
const insights = {
  tracer: /^applicationinsights$/,
  /** By the publishers of its version 2 (diagnostic-channel-publishers 1.0), and its instrumentation of Azure's SDK. */
  instrumented: /^(?:@azure\/.+|bunyan|mongodb|mongodb-core|mysql|pg|pg-pool|redis|tedious|winston)$/,
};

/** Why a module of a package stays whatever its text says; null for no such reason. */
export function packageRule(graph: ModuleGraph): (id: string) => ReasonCode | null {
  const packageOf = new Map(graph.modules.map((module) => [module.id, module.package]));
  const isOf = (id: string, packages: RegExp): boolean => packages.test(packageOf.get(id) ?? '');
  const ids = graph.modules.map(({ id }) => id);
  const traced = ids.filter((id) => isOf(id, tracers));
  // Parts of other tracers that nobody else uses patch for it. What nothing is known to load goes with nothing.
  const never = new Set(goneWithout(graph, {}));
  const own = new Set(goneWithout(graph, { modules: ids.filter((id) => isOf(id, insights.tracer)) }).filter((id) => !never.has(id)));
  const patched = traced.every((id) => own.has(id)) ? insights.instrumented : instrumented;
  return (id) => {
    const name = packageOf.get(id) ?? null;
    if (name === null) return null;
    if (traced.length > 0 && (tracers.test(name) || patched.test(name))) return 'INSTRUMENTED';
    return singletons.test(name) ? 'SHARED_STATE' : null;
  };
}
