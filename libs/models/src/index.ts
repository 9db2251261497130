// The public surface. A name here is a promise.
export { MODELS_ADVICE, ModelsError, type ModelsErrorCode } from './errors.js';
export { MODEL_REGISTRY, type ModelDescriptor, type ModelKind, type RegisteredModel } from './registry.js';
export { recognizeModels, scanModels, type ModelFinding, type ModelScan } from './recognize-models.js';
export { verifyModel, descriptorPath, type ModelFile } from './verify-model.js';
export { parseDescriptor, type DescriptorFile } from './descriptor.js';
export { fetchFile, type FetchedFile, type FetchFileOptions, type FetchProgress } from './fetch-file.js';
export { DOWNLOADABLE_MODELS, type DownloadableModel, type ModelOrigin } from './downloads.js';
export { addressesOf, openModelCache, type ModelCache, type PinnedModel, type PulledModel, type PullOptions } from './model-cache.js';
