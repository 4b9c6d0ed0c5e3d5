/** Code that fixes what the readiness check finds, for each stack that it knows. */
import { adonisjs } from './remedies/adonisjs.ts'
import { django } from './remedies/django.ts'
import { evershop } from './remedies/evershop.ts'
import { express } from './remedies/express.ts'
import { fastapi } from './remedies/fastapi.ts'
import { fastify } from './remedies/fastify.ts'
import { flask } from './remedies/flask.ts'
import { go } from './remedies/go.ts'
import { h3 } from './remedies/h3.ts'
import { hapi } from './remedies/hapi.ts'
import { hono } from './remedies/hono.ts'
import { java } from './remedies/java.ts'
import { koa } from './remedies/koa.ts'
import { medusa } from './remedies/medusa.ts'
import { nestjs } from './remedies/nestjs.ts'
import { nextjs } from './remedies/nextjs.ts'
import { php } from './remedies/php.ts'
import { rails } from './remedies/rails.ts'
import { sinatra } from './remedies/sinatra.ts'
import type { RemedyName, Stack } from './remedies/stack.ts'
import { vendure } from './remedies/vendure.ts'
import { wordpress } from './remedies/wordpress.ts'

export type { RemedyName } from './remedies/stack.ts'

/** The names that `--framework` takes, in the order they are offered. */
export const frameworks = [
  'express',
  'fastify',
  'koa',
  'nestjs',
  'nextjs',
  'h3',
  'adonisjs',
  'hapi',
  'hono',
  'medusa',
  'vendure',
  'evershop',
  'php',
  'wordpress',
  'flask',
  'fastapi',
  'django',
  'rails',
  'sinatra',
  'go',
  'java',
] as const
export type Framework = (typeof frameworks)[number]

const stacks: Readonly<Record<Framework, Stack>> = {
  express,
  fastify,
  koa,
  nestjs,
  nextjs,
  h3,
  adonisjs,
  hapi,
  hono,
  medusa,
  vendure,
  evershop,
  php,
  wordpress,
  flask,
  fastapi,
  django,
  rails,
  sinatra,
  go,
  java,
}

/** What is shown while nobody has chosen and no answer tells. */
export const usualFramework: Framework = 'express'

export const frameworkName = (framework: Framework): string => stacks[framework].name

/** The lines of code, without a line break at their end. */
export const remedyFor = (remedy: RemedyName, framework: Framework): string => stacks[framework].code[remedy]

/** The words that `--framework` takes for one, its name first. */
export const frameworkWords = (framework: Framework): readonly string[] => [
  framework,
  ...(stacks[framework].aliases ?? []),
]

/** @param text a name or an alias, in any case @returns undefined when none is called so */
export function findFramework(text: string): Framework | undefined {
  const wanted = text.trim().toLowerCase()
  return frameworks.find(name => frameworkWords(name).includes(wanted))
}
