/** Laptops in words. */
import type { LaptopName } from './attempt.ts'

/** `Olga’s laptop thinkpad` */
export const laptopText = ({ person, name }: LaptopName): string => `${person}’s laptop ${name}`.trim()
