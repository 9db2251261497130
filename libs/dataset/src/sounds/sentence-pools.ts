import type { Language } from '../language.js';

/**
 * Sentences of a service desk to read aloud, written for this library so that together they hold every sound of the language several times, the rare ones included.
 */
export const SENTENCE_POOLS: Readonly<Partial<Record<Language, readonly string[]>>> = {
  zh: [
    '您好，很高兴为您服务，请问有什么可以帮您？', '请您稍等，我马上为您查询订单的状态。', '非常抱歉，让您久等了，这个问题我们会尽快处理。', '您的包裹已经从仓库发出，预计明天下午送到。',
    '请问您贵姓？我先帮您核对一下登记的资料。', '这款手机支持双卡双待，电池可以用两天。', '如果您需要退货，请在七天之内把商品寄回来。', '发票会在三个工作日内寄到您的邮箱。',
    '我们的营业时间是早上九点到晚上六点。', '儿童票半价，二十岁以下的学生也有优惠。', '您可以选择现金、刷卡或者扫码支付。', '请按照说明书的步骤，先拔掉插头再拆开外壳。',
    '雪下得越来越大，高速公路全部封闭了。', '军训期间，全校学生穿绿色的服装。', '女士，您的旅行箱轮子坏了，我们免费修理。', '这个区域有强烈的噪音，我听不太清楚。',
    '熊猫宝宝今年春天在成都出生。', '穷人家的孩子早当家，他十岁就会做饭。', '永远不要把密码告诉陌生人。', '拥挤的人群慢慢散开了。',
    '爸爸喜欢吃辣，妈妈喜欢喝粥。', '他把窗户擦得又亮又光滑。', '花园里的玫瑰开了，香味飘得很远。', '抓紧时间，飞机快要起飞了。',
    '这块布料又软又暖，适合做冬天的外套。', '我们缺少一名会说日语的翻译。', '请在圈里填写您的选择。', '鸟儿在树枝上唱歌，月亮躲在云后面。',
    '老师耐心地回答了每一个问题。', '坐地铁比开车快，而且不会堵。', '那家店卖的饺子皮薄馅多。', '刷牙以后不要再吃糖。',
    '他怀疑系统坏了，所以又重新登录了一次。', '快递员把货放在了门口的桌子上。', '请别挂电话，我帮您转接到技术部门。', '森林里住着一只聪明的松鼠。',
    '参加测试的客人都得到了一份小礼物。', '佛像前面有一个很旧的木盒子。', '哦，原来是这样，我明白了。', '嗯，好的，那就麻烦您了。',
    '我自己的词典在四楼的书架上。', '日出的时候，湖面一片金黄。', '吃完晚饭，他们沿着河边散步。', '热水器的温度不要超过六十度。',
    '这条裙子颜色鲜艳，价钱也便宜。', '群众热烈鼓掌，欢迎远方的朋友。', '请您用正楷签名，字迹要清楚。', '略微调整一下角度，图像就会变清楚。',
  ],
  en: [
    'Thank you for calling, how can I help you today?', 'Could you give me your order number, please?', 'I am sorry for the delay, and I will check that right away.', 'Your parcel should arrive by Thursday afternoon.',
    'Please choose one of the following options.', 'The measure of pleasure is a treasure of its own.', 'She was unsure whether the usual decision was final.', 'The boy enjoyed the noise of the toy in the box.',
    'You can join the queue online or visit the office.', 'We charge a small fee for changing the date.', 'The judge urged the large agency to adjust the budget.', 'Would you look in the book and put your foot down?',
    'Both brothers breathed the smooth northern air.', 'Something is wrong with the long spring in this thing.', 'Our house is about an hour from the town.', 'I would like to try the white wine at night.',
    'Please leave a message after the tone.', 'He bought four small shawls at the corner store.', 'The bird heard her first word early on Thursday.', 'They may pay the same rate later today.',
    'Go home slowly, the road is cold and narrow.', 'Use the blue tool to move the new computer.', 'Keep each piece clean and easy to read.', 'That man ran back and grabbed his bag.',
    'Father parked the car far from the calm water.', 'Ten men sent seven red letters.', 'This is a big city with a single bridge.', 'Come up, the sun has begun to touch the hut.',
    'Check which chair the teacher chose for each child.', 'Wash the fresh fish and push it onto the shelf.', 'Five fine volunteers drove over the river.', 'Zoe uses a zipper that closes at the zoo.',
    'Yes, you may use the yellow one this year.', 'A vision of beige garages caused confusion.', 'The oil company employs a loyal royal envoy.', 'Would the woman push a full cushion to the cook?',
    'Happy people help behind the whole hotel.', 'Could a good wolf stand on a wooden hook?', 'Everyone thinks three thin things went through both paths.', 'The king is singing along, bringing young strangers.',
  ],
};
