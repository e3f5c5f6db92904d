/** What is wrong with a file that a person hands to the page as a scenario or as a moment, in the words of `check`. [SCEN-15] */
import { jsonFaultAt, lineAndColumn } from './json-fault.ts';
import { parseScenario, ScenarioError } from './scenario.ts';

/** One sentence, or null when it is a sound scenario, or may be a moment. */
export function fileFault(file: string): string | null {
  const text = file.replace(/^\ufeff/, '');
  if (text.trim() === '') return 'It is empty; choose a scenario, or a moment that was saved as a file.';
  const fault = jsonFaultAt(text);
  if (fault !== null) {
    const [line, column] = lineAndColumn(text, fault.at);
    const mend = fault.doubled ? 'take one of them out' : 'check the quotes, commas and brackets there';
    return `It is not ${fault.doubled ? 'sound' : ''} JSON: ${fault.says} (line ${line}, column ${column}); ${mend}.`.replace('  ', ' ');
  }
  const value: unknown = JSON.parse(text);
  const named = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (named && 'viridian' in value) return scenarioFault(text);
  if (named && 'viridianMoment' in value) return null;
  return 'It is neither a scenario, which has a field viridian, nor a moment of the lab, which has a field viridianMoment; choose another file.';
}

function scenarioFault(text: string): string | null {
  try {
    parseScenario(text);
    return null;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.line > 0 ? `${error.message} (line ${error.line}, column ${error.column})` : error.message;
  }
}
