// What the listening page says. The scales are those of ITU-T P.800: Annex B (absolute), Annex E (comparison).
export type Words = {
  readonly title: string; readonly quiet: string; readonly name: string; readonly begin: string; readonly goOn: (done: number, all: number) => string; readonly next: string; readonly place: (at: number, all: number) => string;
  readonly play: string; readonly playing: string; readonly heard: string; readonly first: string; readonly second: string; readonly listenFirst: string; readonly keys: string;
  readonly thanks: string; readonly saved: string; readonly notSent: string; readonly unsent: (count: number) => string; readonly download: string; readonly gone: string;
  readonly mos: Task; readonly cmos: Task; readonly abx: Task;
};
type Task = { readonly how: string; readonly question: string; readonly scale: readonly (readonly [number, string])[] };

const en: Words = {
  title: 'Listening test', quiet: 'Use headphones in a quiet room, and set a comfortable volume before you begin. You can stop and go on later in the same browser.', name: 'Your name or number', begin: 'Begin',
  goOn: (done, all) => `You have answered ${done} of ${all}: you go on from there.`, next: 'Next', place: (at, all) => `${at} of ${all}`, play: 'Play', playing: 'Playing', heard: 'heard', first: 'First', second: 'Second',
  listenFirst: 'Listen to the end first.', keys: 'Space plays, a number answers, Enter goes on.', thanks: 'That is all. Thank you!', saved: 'Your answers are saved.', notSent: 'Please send this file to whoever asked you to listen.',
  unsent: (count) => `${count} ${count === 1 ? 'answer is' : 'answers are'} not sent yet; trying again…`, download: 'Download your answers', gone: 'The test cannot be fetched. Reload the page later.',
  mos: { how: 'You hear one clip of speech at a time. Say how good it sounds to you: how natural, how clear, how pleasant.', question: 'How good is the speech in this clip?', scale: [[5, 'Excellent'], [4, 'Good'], [3, 'Fair'], [2, 'Poor'], [1, 'Bad']] },
  cmos: { how: 'You hear two clips of the same sentence. Say how the second compares with the first.', question: 'How good is the second clip, compared with the first?', scale: [[3, 'Much better'], [2, 'Better'], [1, 'Slightly better'], [0, 'About the same'], [-1, 'Slightly worse'], [-2, 'Worse'], [-3, 'Much worse']] },
  abx: { how: 'You hear clips A, B and X. X is the same as A or as B. Say which. You may listen as often as you like.', question: 'Which is X?', scale: [[0, 'X is A'], [1, 'X is B']] },
};
const zh: Words = {
  title: '聽測', quiet: '請在安靜的地方戴上耳機，開始前先調好音量。可以中途停下，之後用同一個瀏覽器繼續。', name: '你的名字或編號', begin: '開始',
  goOn: (done, all) => `已經回答 ${all} 題中的 ${done} 題，將從那裡繼續。`, next: '下一題', place: (at, all) => `第 ${at} 題，共 ${all} 題`, play: '播放', playing: '播放中', heard: '聽過了', first: '第一段', second: '第二段',
  listenFirst: '請先聽完。', keys: '空白鍵播放，數字鍵作答，Enter 繼續。', thanks: '全部完成，謝謝你！', saved: '答案已經存好。', notSent: '請把這個檔案傳給請你聽測的人。',
  unsent: (count) => `還有 ${count} 個答案沒有送出，正在重試……`, download: '下載你的答案', gone: '無法取得聽測內容，請稍後重新整理。',
  mos: { how: '每次聽一段語音，請評這段聽起來有多好：是否自然、清楚、悅耳。', question: '這段語音有多好？', scale: [[5, '極好'], [4, '好'], [3, '普通'], [2, '差'], [1, '極差']] },
  cmos: { how: '每次聽同一句話的兩段語音，請評第二段與第一段相比如何。', question: '與第一段相比，第二段如何？', scale: [[3, '好很多'], [2, '較好'], [1, '稍好'], [0, '差不多'], [-1, '稍差'], [-2, '較差'], [-3, '差很多']] },
  abx: { how: '每次聽 A、B、X 三段語音。X 與 A 或 B 其中一段相同，請選出是哪一段。可以重複聽。', question: 'X 是哪一段？', scale: [[0, 'X 是 A'], [1, 'X 是 B']] },
};
export const wordsFor = (language: string): Words => (language === 'zh' ? zh : en);
