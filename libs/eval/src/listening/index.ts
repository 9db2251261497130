// Listening tests: `planListening` and `orderTrials` run in browsers too.
export { orderTrials, planListening, type ListeningKey, type ListeningKind, type ListeningSystem, type ListeningTest, type ListeningTrial, type OrderedTrial, type PlanListeningOptions, type SystemRole } from './plan-listening.js';
export { parseRatings, type Rating, ratingSchema, refuseRating } from './rating.js';
export { type Comparison, LISTENING_METHODS, type ListenerReport, type ListeningResults, type OpinionFigure, scoreListening, type ScreenReason } from './score-listening.js';
export { signTest } from './sign-test.js';
