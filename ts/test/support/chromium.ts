import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

const NAMES = [process.env.UNKICK_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'];

/** The browser's command; undefined where there is none. `npm test` installs Debian's where it may. */
export const CHROMIUM = NAMES.find((name) => name && spawnSync(name, ['--version']).status === 0);

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
  ...['--hide-scrollbars', '--force-color-profile=srgb', '--remote-debugging-pipe'],
];
const MOST_SECONDS = 60;

/** What the browser tells: an event of the page, or the answer to a command. */
interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** One page in a headless browser, spoken to in the DevTools protocol over a pipe: messages of JSON that end with a zero. */
export class Page {
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  /** What the page, or the browser about the page, complained of. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<
    number,
    { resolve: (message: Message) => void; reject: (error: Error) => void }
  >();
  #next = 1;
  #session: string | undefined;

  private constructor(command: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'unkick-chromium-'));
    this.#child = spawn(command, [...FLAGS, `--user-data-dir=${this.#profile}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    let text = '';
    (this.#child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop()!;
      for (const message of messages) this.#receive(JSON.parse(message) as Message);
    });
    this.#child.on('exit', () => this.#fail(new Error('the browser ended')));
    this.#child.on('error', (error) => this.#fail(error));
  }

  /** Starts a browser with a window of this size in px. */
  static async start(width: number, height: number): Promise<Page> {
    const page = new Page(CHROMIUM!);
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.send('Target.attachToTarget', { targetId, flatten: true });
    page.#session = sessionId as string;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
    await page.resize(width, height);
    return page;
  }

  async resize(width: number, height: number): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.send('Emulation.setDeviceMetricsOverride', metrics);
  }

  /** Shows a page and waits until it is loaded; what was heard of earlier ones is forgotten. */
  async show(url: string): Promise<void> {
    this.requests.length = 0;
    this.complaints.length = 0;
    await this.send('Page.navigate', { url });
    const isThere = `document.readyState === 'complete' && location.href !== 'about:blank'`;
    while (!(await this.evaluate<boolean>(isThere))) await setTimeout(50);
  }

  /** The value of a JavaScript expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return (answer.result as { value: T }).value;
  }

  /** A part of the page as a PNG, px; default what the window shows. */
  async screenshot(clip?: { x: number; y: number; width: number; height: number }): Promise<Buffer> {
    const part = clip && { clip: { ...clip, scale: 1 }, captureBeyondViewport: true };
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', ...part });
    return Buffer.from(data as string, 'base64');
  }

  /** The page on A4 paper as a PDF. */
  async print(): Promise<Buffer> {
    const { data } = await this.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
    return Buffer.from(data as string, 'base64');
  }

  /** @throws Error with the browser's own words if it refuses, ends, or does not answer in a minute */
  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = this.#next++;
    const answer = new Promise<Message>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    const timer = startTimer(() => this.#fail(new Error(`${method}: no answer`)), 1000 * MOST_SECONDS);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    try {
      const { result, error } = await answer;
      if (error) throw new Error(`${method}: ${error.message}`);
      return result ?? {};
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#session = undefined;
    await this.send('Browser.close').catch(() => this.#child.kill('SIGKILL'));
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive({ id, method, params = {}, ...answer }: Message): void {
    if (id !== undefined) {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    }
    if (method === 'Network.requestWillBeSent') this.requests.push((params.request as { url: string }).url);
    if (method && COMPLAINTS.includes(method)) this.complaints.push(JSON.stringify(params));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

const startTimer = globalThis.setTimeout;
const COMPLAINTS = ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'];
