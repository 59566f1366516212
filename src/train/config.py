"""Every choice and seed of the recipe in one place."""
import os

# Where intermediate files go (checkpoints, samples): large, never committed.
WORK = os.environ.get("ESPALIER_TRAIN_WORK", os.path.join(os.path.dirname(os.path.abspath(__file__)), "work"))

TOKENIZER_SEED, TOKENIZER_EXAMPLES = 11, 20000

# Model shape
D, LAYERS, HEADS, HEAD_DIM, HIDDEN, CONTEXT, VOCABULARY = 128, 5, 4, 32, 352, 512, 768
ROPE_THETA, EPS = 10000.0, 1e-5

# Policy training
POLICY_SEED = 2024
DRILLS = 0.30            # share of sequences that are bare equations
TOKENS_PER_STEP = 4600   # over both processes
WORKERS = 2
MUON_LR, MUON_MOMENTUM, ADAM_LR = 0.02, 0.95, 2e-3
WARMUP_STEPS = 50
SAVE_EVERY_S = 120
STEPS, DECAY_STEPS = 3000, 1000        # first phase, constant to step 2000, then down to 0
# then resumed twice, each time with the rate brought up and taken down again: (from, to, decay)
STARTS = (0, 1733, 3000, 3600)          # where the shipped run was started; 1733 resumed it within the first phase
PHASES = ((3000, 3600, 1000), (3600, 5200, 1600))

# Data sets
DATA_SEED, TEST_SIZE, DEV_SIZE, PHRASINGS_SIZE = 77, 400, 200, 200

# PRM
SAMPLE_SEED, PRM_SEED = 31, 41
SAMPLE_PROBLEMS = 1500                         # unless said otherwise on the command line
SAMPLE_TEMPERATURES = (0.7, 0.8, 0.9, 1.0)     # one sample a problem at each
CORRUPTED_SHARE = 0.30
PRM_EPOCHS, PRM_TOKENS, PRM_RATE = 3, 4096, 0.5
WEAK_EPOCHS, WEAK_LR = 1, 3e-4

# Choosing policy-small, on dev
BAND, CHOICE_SAMPLES, CHOICE_SEED = (0.34, 0.46), 16, 51
