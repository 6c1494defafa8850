// Everything at once.
#pragma once

#include "temper/cancel.h"
#include "temper/config.h"
#include "temper/config_file.h"
#include "temper/convert.h"
#include "temper/error.h"
#include "temper/evaluate.h"
#include "temper/events.h"
#include "temper/generate.h"
#include "temper/pipeline.h"
#include "temper/version.h"
