# Every number of the tables beside this script, computed again by R from the rows that were analysed.
#
#   Rscript check.R [FOLDER]
#
# Base R alone; lme4, where it is installed, for the logistic mixed models. Reads analysed.csv, analysed_readings.csv,
# variables.csv; compares with univariate.csv, models.csv, roc.csv, delong.csv, agreement.csv, sensitivity.csv,
# multireader.csv, mixed.csv; prints how many numbers agree and each that does not; status 1 if any differs.
# Bootstrap and cross-validation draw random numbers and are not repeated here: their columns are named at the end.

arguments <- commandArgs(trailingOnly = TRUE)
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
folder <- if (length(arguments)) arguments[1] else dirname(script[1])
tolerance <- 2e-7
state <- new.env()
state$same <- 0L
state$different <- character()

table_of <- function(name) {
  file <- file.path(folder, name)
  if (!file.exists(file)) return(NULL)
  rows <- read.csv(file, colClasses = "character", check.names = FALSE, na.strings = "", encoding = "UTF-8")
  # Text that a spreadsheet would run as a formula has an apostrophe in front.
  rows[] <- lapply(rows, function(cells) sub("^'(?=[=+@'\\-])", "", cells, perl = TRUE))
  rows
}
number <- function(text) suppressWarnings(as.numeric(text))

compare <- function(where, name, printed, found, within = tolerance) {
  if (length(printed) == 0 || is.na(printed)) return(invisible())
  if (is.character(found)) {
    good <- identical(printed, found)
  } else {
    stated <- if (printed == "inf") Inf else if (printed == "-inf") -Inf else number(printed)
    good <- isTRUE(is.finite(found) && abs(stated - found) <= within * max(1, abs(stated))) || isTRUE(stated == found)
  }
  if (good) state$same <- state$same + 1L
  else state$different <- c(state$different, sprintf("%s %s: printed %s, R %s", where, name, printed, format(found, digits = 15)))
}

rows <- table_of("analysed.csv")
readings <- table_of("analysed_readings.csv")
variables <- table_of("variables.csv")
rownames(variables) <- variables$variable
groups <- c("zero", "low", "over")
pairs <- list(three_groups = groups, low_vs_zero = c("zero", "low"), low_vs_over = c("low", "over"), zero_vs_over = c("zero", "over"))
positive_of <- c(low_vs_zero = "low", low_vs_over = "low", zero_vs_over = "over")
not_applicable <- "not_applicable"

cases_of <- function(stratum, comparison) {
  inside <- rows$her2_group %in% pairs[[comparison]]
  if (stratum != "all") inside <- inside & rows[[paste0("in_", stratum)]] == "1"
  rows[which(inside), ]
}
categories_of <- function(name) strsplit(variables[name, "categories"], "|", fixed = TRUE)[[1]]
half_up <- function(x, digits) {
  text <- format(abs(x), digits = 15, scientific = FALSE)
  scaled <- floor(abs(as.numeric(text)) * 10^digits + 0.5 + 1e-9) / 10^digits
  shown <- formatC(scaled, format = "f", digits = digits)
  ifelse(x < 0 & scaled > 0, paste0("\u2212", shown), shown)
}
decimals_in <- function(text) nchar(sub("^[^.]*\\.?", "", sub("[^0-9.\u2212-].*$", "", text)))

# --- groups -------------------------------------------------------------------------------------------------------

summary_text <- function(variable, values, printed) {
  if (variable$kind == "number") {
    x <- number(values)
    x <- x[is.finite(x)]
    if (!length(x)) return(NA_character_)
    d <- decimals_in(printed)
    if (grepl("\u00b1", printed)) return(sprintf("%s \u00b1 %s", half_up(mean(x), d), half_up(sd(x), d)))
    q <- half_up(quantile(x, c(.5, .25, .75), type = 6, names = FALSE), d)
    return(sprintf("%s (%s to %s)", q[1], q[2], q[3]))
  }
  known <- values[values %in% categories_of(variable$variable)]
  n <- length(known)
  if (!n) return(NA_character_)
  share <- function(k) sprintf("%d/%d (%s %%)", k, n, half_up(100 * k / n, 1))
  if (variable$kind == "binary") return(share(sum(known == "1")))
  words <- strsplit(variable$labels, "|", fixed = TRUE)[[1]]
  counts <- sapply(categories_of(variable$variable), function(category) sum(known == category))
  paste(sprintf("%s %s", words, sapply(counts, share)), collapse = "; ")
}

test_of <- function(variable, cases, members) {
  group <- factor(cases$her2_group, levels = members)
  if (variable$kind == "number") {
    x <- number(cases[[variable$variable]])
    there <- is.finite(x)
    if (length(members) > 2) {
      found <- kruskal.test(x[there], group[there])
      return(list(statistic = unname(found$statistic), p = found$p.value))
    }
    w <- suppressWarnings(wilcox.test(x[there] ~ group[there], exact = FALSE, correct = FALSE))
    n <- table(group[there])
    return(list(statistic = unname(min(w$statistic, prod(n) - w$statistic)), p = w$p.value))
  }
  counts <- table(factor(cases[[variable$variable]], levels = categories_of(variable$variable)), group)
  used <- counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
  chi <- suppressWarnings(chisq.test(used, correct = FALSE))
  sparse <- min(chi$expected) < 1 || mean(chi$expected < 5) > 0.2
  x <- row(counts)[rep(seq_along(counts), counts)]
  y <- col(counts)[rep(seq_along(counts), counts)]
  r <- suppressWarnings(cor(x, y))
  list(
    statistic = if (sparse) NA else unname(chi$statistic),
    p = if (sparse) fisher.test(used, workspace = 2e8)$p.value else chi$p.value,
    trend = (length(x) - 1) * r^2
  )
}

univariate <- table_of("univariate.csv")
recomputed <- rep(NA_real_, nrow(univariate))
for (i in seq_len(nrow(univariate))) {
  row <- univariate[i, ]
  variable <- variables[row$variable, ]
  members <- pairs[[row$comparison]]
  cases <- cases_of(row$stratum, row$comparison)
  where <- paste("univariate.csv", row$stratum, row$comparison, row$variable)
  asked <- cases[is.na(cases[[row$variable]]) | cases[[row$variable]] != not_applicable, ]
  for (group in members) {
    values <- asked[[row$variable]][asked$her2_group == group]
    compare(where, paste0("n_", group), row[[paste0("n_", group)]], sum(!is.na(values)))
    printed <- row[[paste0("summary_", group)]]
    if (!is.na(printed)) compare(where, paste0("summary_", group), printed, summary_text(variable, values, printed))
  }
  if (is.na(row$p)) next
  if (row$test == "Fisher Monte Carlo") { recomputed[i] <- number(row$p); next }
  found <- test_of(variable, asked, members)
  recomputed[i] <- found$p
  compare(where, "statistic", row$statistic, found$statistic)
  compare(where, "p", row$p, found$p)
  if (!is.na(row$trend_p)) {
    compare(where, "trend_statistic", row$trend_statistic, found$trend)
    compare(where, "trend_p", row$trend_p, pchisq(found$trend, 1, lower.tail = FALSE))
  }
}
family <- paste(univariate$stratum, univariate$comparison, univariate$table)
derived <- variables[univariate$variable, "derived"] == "1"
for (part in split(which(!derived), family[!derived])) {
  q <- p.adjust(recomputed[part], "BH")
  for (k in seq_along(part)) compare(paste("univariate.csv", univariate$variable[part[k]]), "q", univariate$q[part[k]], q[k])
}
paired <- which(univariate$comparison != "three_groups")
for (part in split(paired, paste(univariate$stratum, univariate$variable)[paired])) {
  holm <- p.adjust(recomputed[part], "holm")
  for (k in seq_along(part)) compare(paste("univariate.csv", univariate$variable[part[k]]), "p_holm", univariate$p_holm[part[k]], holm[k])
}

# --- logistic models ----------------------------------------------------------------------------------------------

column_of <- function(cases, term) {
  name <- sub(": .*$", "", term)
  cells <- cases[[name]]
  if (variables[name, "kind"] == "number") return(number(cells))
  category <- if (grepl(": ", term, fixed = TRUE)) sub("^[^:]*: ", "", term) else "1"
  ifelse(is.na(cells) | cells == not_applicable, NA, as.numeric(cells == category))
}
design_of <- function(cases, terms) vapply(terms, function(term) column_of(cases, term), numeric(nrow(cases)))
strict <- glm.control(epsilon = 1e-14, maxit = 200)
fit_ml <- function(x, y, offset = NULL) suppressWarnings(glm.fit(x, y, family = binomial(), offset = offset, control = strict))
log_likelihood <- function(fit) -fit$deviance / 2

# Columns of similar size keep R's solver on the digits that collinear features leave.
standard <- function(x) {
  centre <- colMeans(x); spread <- apply(x, 2, sd)
  list(z = cbind(1, sweep(sweep(x, 2, centre), 2, spread, "/")), centre = centre, spread = spread)
}
back <- function(s, beta) {
  slopes <- beta[-1] / s$spread
  c(beta[1] - sum(slopes * s$centre), slopes)
}
back_matrix <- function(s) {
  p <- length(s$spread)
  m <- diag(c(1, 1 / s$spread), p + 1)
  m[1, -1] <- -s$centre / s$spread
  m
}

profile_limit <- function(x, y, term, estimate, se, top, side) {
  drop_at <- function(value) {
    fit <- fit_ml(x[, -term, drop = FALSE], y, offset = x[, term] * value)
    2 * (top - log_likelihood(fit)) - qchisq(.95, 1)
  }
  step <- se
  outer <- estimate + side * step
  for (k in 1:30) { if (drop_at(outer) > 0) break; step <- step * 1.5; outer <- outer + side * step }
  uniroot(drop_at, sort(c(estimate, outer)), tol = 1e-12 * max(1, abs(estimate)))$root
}

firth <- function(x, y, held = NULL, value = 0, start = NULL) {
  free <- setdiff(seq_len(ncol(x)), held)
  penalised <- function(b) {
    full <- numeric(ncol(x)); full[free] <- b; if (!is.null(held)) full[held] <- value
    eta <- drop(x %*% full); w <- plogis(eta) * plogis(-eta)
    sum(ifelse(y == 1, plogis(eta, log.p = TRUE), plogis(-eta, log.p = TRUE))) + as.numeric(determinant(crossprod(x * sqrt(w)))$modulus) / 2
  }
  found <- list(par = if (is.null(start)) numeric(length(free)) else start[free])
  for (method in rep(c("BFGS", "Nelder-Mead"), 8)) found <- optim(found$par, function(b) -penalised(b), method = method, control = list(reltol = 1e-16, maxit = 4000))
  full <- numeric(ncol(x)); full[free] <- found$par; if (!is.null(held)) full[held] <- value
  list(beta = full, top = -found$value)
}
firth_limit <- function(x, y, term, beta, se, top, side) {
  drop_at <- function(value) 2 * (top - firth(x, y, term, value, beta)$top) - qchisq(.95, 1)
  outer <- beta[term] + side * se
  while (drop_at(outer) <= 0) outer <- outer + side * se
  uniroot(drop_at, sort(c(beta[term], outer)), tol = 1e-9)$root
}

check_model <- function(part, where, cases, y) {
  terms <- part$term[-1]
  x <- design_of(cases, terms)
  used <- complete.cases(x)
  x <- x[used, , drop = FALSE]; y <- y[used]
  s <- standard(x)
  if (part$method[1] == "ml") {
    fit <- fit_ml(s$z, y)
    w <- fit$weights
    covariance <- back_matrix(s) %*% solve(crossprod(s$z * sqrt(w))) %*% t(back_matrix(s))
    beta <- back(s, fit$coefficients)
    top <- log_likelihood(fit)
  } else {
    z <- cbind(1, sweep(x, 2, s$spread, "/"))
    found <- firth(z, y)
    beta <- c(found$beta[1], found$beta[-1] / s$spread)
    eta <- drop(z %*% found$beta); w <- plogis(eta) * plogis(-eta)
    m <- diag(c(1, 1 / s$spread), ncol(z))
    covariance <- m %*% solve(crossprod(z * sqrt(w))) %*% m
    top <- found$top
  }
  se <- sqrt(diag(covariance))
  # Of ill-conditioned models the last digits belong to the arithmetic: compared relative to the standard error.
  loose <- if (part$method[1] == "ml") 1e-6 else 2e-4
  for (i in seq_along(beta)) {
    row <- part[i, ]
    spot <- paste(where, row$term)
    compare(spot, "coefficient", format(number(row$coefficient) / se[i], digits = 15), beta[i] / se[i], loose)
    compare(spot, "se", format(number(row$se) / se[i], digits = 15), 1, loose)
    if (part$method[1] == "ml") {
      compare(spot, "p", row$p, 2 * pnorm(-abs(beta[i] / se[i])), loose)
      if (i > 1) {
        for (side in c(-1, 1)) {
          printed <- number(row[[if (side < 0) "ci_low" else "ci_high"]])
          if (is.finite(printed)) compare(spot, "Wald limit", format(log(printed) / se[i], digits = 15), beta[i] / se[i] + side * qnorm(.975), loose)
          printed <- number(row[[if (side < 0) "profile_low" else "profile_high"]])
          scaled <- se[i] * s$spread[i - 1]
          if (is.finite(printed) && printed > 0) {
            limit <- profile_limit(s$z, y, i, fit$coefficients[i], scaled, top, side)
            compare(spot, "profile limit", format(log(printed) / se[i], digits = 15), limit / scaled, 1e-5)
          }
        }
        reduced <- fit_ml(s$z[, -i, drop = FALSE], y)
        compare(spot, "p_likelihood_ratio", row$p_likelihood_ratio, pchisq(max(2 * (top - log_likelihood(reduced)), 0), 1, lower.tail = FALSE), loose)
      }
    } else if (i > 1) {
      null <- firth(z, y, i, 0, found$beta)$top
      compare(spot, "p", row$p, pchisq(2 * (top - null), 1, lower.tail = FALSE), 1e-5)
      for (side in c(-1, 1)) {
        printed <- number(row[[if (side < 0) "profile_low" else "profile_high"]])
        if (!is.finite(printed) || printed <= 0) next
        scaled <- se[i] * s$spread[i - 1]
        compare(spot, "profile limit", format(log(printed) / se[i], digits = 15), firth_limit(z, y, i, found$beta, scaled, top, side) / scaled, 1e-5)
      }
    }
    if (i > 1) {
      compare(spot, "odds_ratio", row$odds_ratio, exp(number(row$coefficient)))
      compare(spot, "sd", row$sd, s$spread[i - 1])
      if (ncol(x) > 1) compare(spot, "vif", row$vif, 1 / (1 - summary(suppressWarnings(lm(s$z[, i] ~ s$z[, -c(1, i)])))$r.squared), 1e-5)
    }
  }
  d <- svd(s$z[, -1, drop = FALSE])$d
  compare(where, "condition_number", part$condition_number[1], max(d) / min(d), 1e-6)
  compare(where, "n", part$n[1], length(y))
  compare(where, "n_positive", part$n_positive[1], sum(y))
  compare(where, "events_per_variable", part$events_per_variable[1], min(sum(y), sum(1 - y)) / ncol(x))
}

check_alone <- function(part, where, cases, y) {
  terms <- part$term[-1]
  for (name in unique(sub(": .*$", "", terms))) {
    own <- terms[sub(": .*$", "", terms) == name]
    x <- design_of(cases, own)
    used <- complete.cases(x)
    fit <- fit_ml(cbind(1, x[used, , drop = FALSE]), y[used])
    if (any(abs(fit$coefficients) > 15)) next
    se <- sqrt(diag(solve(crossprod(cbind(1, x[used, , drop = FALSE]) * sqrt(fit$weights)))))
    for (k in seq_along(own)) {
      row <- part[part$term == own[k], ]
      b <- fit$coefficients[k + 1]; s <- se[k + 1]
      compare(paste(where, own[k]), "univariable_or", row$univariable_or, exp(b), 1e-6)
      compare(paste(where, own[k]), "univariable_low", row$univariable_low, exp(b - qnorm(.975) * s), 1e-6)
      compare(paste(where, own[k]), "univariable_high", row$univariable_high, exp(b + qnorm(.975) * s), 1e-6)
      compare(paste(where, own[k]), "univariable_p", row$univariable_p, 2 * pnorm(-abs(b / s)), 1e-6)
      compare(paste(where, own[k]), "univariable_n", row$univariable_n, sum(used))
    }
  }
}

models <- table_of("models.csv")
scores_of <- list()
if (nrow(models)) for (part in split(models, paste(models$stratum, models$comparison, models$model))) {
  part <- part[order(match(part$term, "(constant)", nomatch = 2)), ]
  key <- paste(part$stratum[1], part$comparison[1], part$model[1])
  cases <- cases_of(part$stratum[1], part$comparison[1])
  y <- as.numeric(cases$her2_group == positive_of[[part$comparison[1]]])
  where <- paste("models.csv", key)
  check_model(part, where, cases, y)
  if (any(!is.na(part$univariable_or))) check_alone(part, where, cases, y)
  x <- design_of(cases, part$term[-1])
  scores_of[[key]] <- plogis(round(drop(cbind(1, x) %*% number(part$coefficient)), 10))
}

# --- ROC ----------------------------------------------------------------------------------------------------------

# DeLong, DeLong & Clarke-Pearson 1988, by placement values.
placements <- function(score, y) {
  x1 <- score[y == 1]; x0 <- score[y == 0]
  wins <- outer(x1, x0, ">") + outer(x1, x0, "==") / 2
  list(area = mean(wins), v10 = rowMeans(wins), v01 = colMeans(wins))
}
wilson <- function(k, n) {
  z <- qnorm(.975); p <- k / n
  (p + z^2 / (2 * n) + c(-1, 1) * z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2))) / (1 + z^2 / n)
}

check_roc <- function(row) {
  cases <- cases_of(row$stratum, row$comparison)
  y <- as.numeric(cases$her2_group == positive_of[[row$comparison]])
  key <- paste(row$stratum, row$comparison, row$predictor)
  where <- paste("roc.csv", key)
  model <- !is.null(scores_of[[key]])
  score <- if (model) scores_of[[key]] else number(cases[[row$predictor]])
  there <- is.finite(score)
  score <- score[there]; y <- y[there]
  if (!model) compare(where, "direction", row$direction, if (placements(score, y)$area >= 0.5) "higher" else "lower")
  turned <- if (row$direction == "lower") -score else score
  v <- placements(turned, y)
  compare(where, "auc", row$auc, v$area)
  compare(where, "n_positive", row$n_positive, sum(y))
  compare(where, "n_negative", row$n_negative, sum(1 - y))
  se <- sqrt(var(v$v10) / sum(y) + var(v$v01) / sum(1 - y))
  if (v$area > 0 && v$area < 1) {
    half <- qnorm(.975) * se / (v$area * (1 - v$area))
    compare(where, "ci_low", row$ci_low, plogis(qlogis(v$area) - half))
    compare(where, "ci_high", row$ci_high, plogis(qlogis(v$area) + half))
    compare(where, "plain_low", row$plain_low, max(v$area - qnorm(.975) * se, 0))
    compare(where, "plain_high", row$plain_high, min(v$area + qnorm(.975) * se, 1))
  }
  values <- sort(unique(turned))
  if (length(values) < 2) return(invisible())
  cuts <- (head(values, -1) + tail(values, -1)) / 2
  sensitivity <- sapply(cuts, function(cut) mean(turned[y == 1] > cut))
  specificity <- sapply(cuts, function(cut) mean(turned[y == 0] < cut))
  index <- sensitivity + specificity - 1
  best <- which(index >= max(index) - 1e-12)
  best <- best[which.max(sensitivity[best])]
  compare(where, "cutoff", row$cutoff, if (row$direction == "lower") -cuts[best] else cuts[best])
  n1 <- sum(y); n0 <- sum(1 - y)
  tp <- round(sensitivity[best] * n1); tn <- round(specificity[best] * n0); fn <- n1 - tp; fp <- n0 - tn
  counts <- list(tp = tp, fp = fp, fn = fn, tn = tn)
  for (name in names(counts)) compare(where, name, row[[name]], counts[[name]])
  shares <- list(sensitivity = c(tp, n1), specificity = c(tn, n0), ppv = c(tp, tp + fp), npv = c(tn, tn + fn))
  for (name in names(shares)) if (shares[[name]][2] > 0) {
    limits <- wilson(shares[[name]][1], shares[[name]][2])
    compare(where, name, row[[name]], shares[[name]][1] / shares[[name]][2])
    compare(where, paste0(name, "_low"), row[[paste0(name, "_low")]], limits[1])
    compare(where, paste0(name, "_high"), row[[paste0(name, "_high")]], limits[2])
  }
}
roc <- table_of("roc.csv")
for (i in seq_len(nrow(roc))) check_roc(roc[i, ])

delong <- table_of("delong.csv")
for (i in seq_len(nrow(delong))) {
  row <- delong[i, ]
  cases <- cases_of(row$stratum, row$comparison)
  y <- as.numeric(cases$her2_group == positive_of[[row$comparison]])
  a <- scores_of[[paste(row$stratum, row$comparison, row$predictor_a)]]
  b <- scores_of[[paste(row$stratum, row$comparison, row$predictor_b)]]
  there <- is.finite(a) & is.finite(b)
  va <- placements(a[there], y[there]); vb <- placements(b[there], y[there])
  variance <- var(va$v10 - vb$v10) / sum(y[there]) + var(va$v01 - vb$v01) / sum(1 - y[there])
  z <- (va$area - vb$area) / sqrt(variance)
  where <- paste("delong.csv", row$stratum, row$comparison, row$predictor_a, row$predictor_b)
  compare(where, "auc_a", row$auc_a, va$area)
  compare(where, "auc_b", row$auc_b, vb$area)
  compare(where, "z", row$z, z, 1e-6)
  compare(where, "p", row$p, 2 * pnorm(-abs(z)), 1e-6)
  if (!is.na(row$lr_p) && !grepl("Penalised", row$note)) {
    terms <- function(model) models$term[models$stratum == row$stratum & models$comparison == row$comparison & models$model == model][-1]
    large <- design_of(cases, terms(row$predictor_a))
    used <- complete.cases(large)
    full <- fit_ml(standard(large[used, ])$z, y[used])
    small <- fit_ml(standard(large[used, terms(row$predictor_b), drop = FALSE])$z, y[used])
    statistic <- 2 * (log_likelihood(full) - log_likelihood(small))
    compare(where, "lr_statistic", row$lr_statistic, statistic, 1e-6)
    compare(where, "lr_p", row$lr_p, pchisq(statistic, number(row$lr_df), lower.tail = FALSE), 1e-6)
  }
}

# --- agreement of the readers -------------------------------------------------------------------------------------

kappa_of <- function(counts, weight) {
  k <- nrow(counts); n <- sum(counts); p <- counts / n
  w <- switch(weight, none = diag(k), linear = 1 - abs(row(p) - col(p)) / (k - 1), quadratic = 1 - (row(p) - col(p))^2 / (k - 1)^2)
  r <- rowSums(p); c <- colSums(p)
  po <- sum(w * p); pe <- sum(w * outer(r, c))
  estimate <- (po - pe) / (1 - pe)
  # Fleiss, Cohen & Everitt 1969.
  wr <- drop(w %*% c); wc <- drop(t(w) %*% r)
  inner <- w * (1 - pe) - outer(wr, wc, "+") * (1 - po)
  se <- sqrt((sum(p * inner^2) - (po * pe - 2 * pe + po)^2) / (n * (1 - pe)^4))
  c(estimate, estimate - qnorm(.975) * se, min(estimate + qnorm(.975) * se, 1))
}
icc_of <- function(x) {
  n <- nrow(x); k <- ncol(x)
  long <- data.frame(value = c(x), case = factor(rep(seq_len(n), k)), reader = factor(rep(seq_len(k), each = n)))
  ms <- anova(lm(value ~ case + reader, long))[["Mean Sq"]]
  b <- ms[1]; j <- ms[2]; e <- ms[3]
  single <- (b - e) / (b + (k - 1) * e + k * (j - e) / n)
  fj <- j / e; a <- n * (1 + (k - 1) * single) - k * single
  v <- (k - 1) * (n - 1) * (k * single * fj + a)^2 / ((n - 1) * k^2 * single^2 * fj^2 + a^2)
  f1 <- qf(.975, n - 1, v); f2 <- qf(.975, v, n - 1)
  limits <- c(n * (b - f1 * e) / (f1 * (k * j + (k * n - k - n) * e) + n * b), n * (f2 * b - e) / (k * j + (k * n - k - n) * e + n * f2 * b))
  f <- b / e; low <- f / qf(.975, n - 1, (n - 1) * (k - 1)); high <- f * qf(.975, (n - 1) * (k - 1), n - 1)
  brown <- function(value) k * value / (1 + (k - 1) * value)
  list(icc_2_1 = c(single, limits), icc_3_1 = (c(f, low, high) - 1) / (c(f, low, high) + k - 1), icc_2_k = brown(c(single, limits)))
}
all_readings <- function(name) {
  # A column for each reader, a row for each case that all of them read.
  parts <- split(readings, readings$reader)
  common <- sort(Reduce(intersect, lapply(parts, function(part) part$case_id)))
  sapply(parts, function(part) as.character(part[match(common, part$case_id), name]))
}
fleiss_of <- function(answers, levels) {
  # Fleiss 1971; limits of a jackknife over the cases.
  answers <- answers[apply(answers, 1, function(row) all(row %in% levels)), , drop = FALSE]
  counts <- t(apply(answers, 1, function(row) table(factor(row, levels))))
  kappa <- function(counts) {
    m <- sum(counts[1, ]); n <- nrow(counts)
    po <- (sum(counts^2) - n * m) / (n * m * (m - 1)); pe <- sum((colSums(counts) / (n * m))^2)
    c((po - pe) / (1 - pe), po)
  }
  n <- nrow(counts); whole <- kappa(counts)
  without <- sapply(seq_len(n), function(i) kappa(counts[-i, , drop = FALSE])[1])
  half <- qt(.975, n - 1) * sd(n * whole[1] - (n - 1) * without) / sqrt(n)
  list(limits = c(whole[1], whole[1] - half, min(whole[1] + half, 1)), percent = 100 * whole[2], n = n)
}
agreement <- table_of("agreement.csv")
if (!is.null(agreement) && !is.null(readings)) for (i in seq_len(nrow(agreement))) {
  row <- agreement[i, ]
  if (startsWith(row$variable, "voi") || is.na(row$estimate)) next
  where <- paste("agreement.csv", row$readers, row$variable, row$statistic)
  if (number(row$n_readers) > 2) {
    everybody <- all_readings(row$variable)
    if (row$statistic == "fleiss_kappa") {
      found <- fleiss_of(everybody, categories_of(row$variable))
      compare(where, "percent_agreement", row$percent_agreement, found$percent)
    } else {
      x <- matrix(number(c(everybody)), nrow(everybody)); x <- x[complete.cases(x), ]
      found <- list(limits = icc_of(x)[[row$statistic]], n = nrow(x))
    }
    compare(where, "n", row$n, found$n)
    for (i in 1:3) if (!is.na(found$limits[i])) compare(where, c("estimate", "ci_low", "ci_high")[i], row[[c("estimate", "ci_low", "ci_high")[i]]], found$limits[i])
    next
  }
  who <- strsplit(row$readers, " and ", fixed = TRUE)[[1]]
  first <- readings[readings$reader == who[1], ]; second <- readings[readings$reader == who[2], ]
  common <- sort(intersect(first$case_id, second$case_id))
  a <- first[match(common, first$case_id), row$variable]; b <- second[match(common, second$case_id), row$variable]
  if (variables[row$variable, "kind"] == "number") {
    x <- cbind(number(a), number(b)); x <- x[complete.cases(x), ]
    d <- x[, 1] - x[, 2]; n <- length(d)
    found <- switch(row$statistic,
      bias = mean(d) + c(0, -1, 1) * qt(.975, n - 1) * sd(d) / sqrt(n),
      limits_of_agreement = c(1.96 * sd(d), mean(d) - 1.96 * sd(d), mean(d) + 1.96 * sd(d)),
      wcv_percent = c(100 * sqrt(mean(d^2 / 2 / rowMeans(x)^2)), NA, NA),
      icc_of(x)[[row$statistic]])
  } else {
    levels <- categories_of(row$variable)
    known <- a %in% levels & b %in% levels
    counts <- unclass(table(factor(a[known], levels), factor(b[known], levels)))
    n <- sum(counts); p <- counts / n; po <- sum(diag(p)); k <- length(levels)
    found <- switch(row$statistic,
      kappa = kappa_of(counts, "none"), kappa_linear = kappa_of(counts, "linear"), kappa_quadratic = kappa_of(counts, "quadratic"),
      pabak = { s <- sqrt(po * (1 - po) / n) / (1 - 1 / k); e <- (po - 1 / k) / (1 - 1 / k); c(e, e - qnorm(.975) * s, min(e + qnorm(.975) * s, 1)) },
      ac1 = {
        share <- (rowSums(p) + colSums(p)) / 2; pe <- sum(share * (1 - share)) / (k - 1); e <- (po - pe) / (1 - pe)
        weight <- (1 - outer(share, share, "+") / 2) / (k - 1)
        v <- (sum(p * (diag(k) - 2 * (1 - e) * weight)^2) - (po - 2 * (1 - e) * pe)^2) / (n * (1 - pe)^2)
        c(e, e - qnorm(.975) * sqrt(v), min(e + qnorm(.975) * sqrt(v), 1))
      })
    compare(where, "percent_agreement", row$percent_agreement, 100 * po)
  }
  compare(where, "n", row$n, n)
  compare(where, "estimate", row$estimate, found[1])
  if (!is.na(found[2])) compare(where, "ci_low", row$ci_low, found[2])
  if (!is.na(found[3])) compare(where, "ci_high", row$ci_high, found[3])
}

# --- other choices ------------------------------------------------------------------------------------------------

members_of <- list(Qualitative = c("irregular_shape", "non_circumscribed", "t2_hyperintensity"),
  Combined_All = c("ADC_mean", "ADC_median", "ADC_p5", "D_mean", "D_median", "D_p5", "K_mean", "K_median", "K_p95", "K_entropy"))
area_with_limits <- function(score, y) {
  v <- placements(score, y)
  se <- sqrt(var(v$v10) / sum(y) + var(v$v01) / sum(1 - y))
  half <- qnorm(.975) * se / (v$area * (1 - v$area))
  c(v$area, plogis(qlogis(v$area) + c(-1, 1) * half))
}
varied <- function(name) {
  d <- rows
  ultralow <- !is.na(d$her2_zero_staining) & d$her2_zero_staining == "ultralow" & !is.na(d$her2_group) & d$her2_group == "zero"
  low <- !is.na(d$her2_group) & d$her2_group == "low"
  if (name == "ultralow_apart") d$her2_group[ultralow] <- "ultralow"
  if (name == "ultralow_in_low") d$her2_group[ultralow] <- "low"
  if (name == "low_1plus") d$her2_group[low & !d$her2_ihc %in% "1+"] <- "other"
  if (name == "low_2plus") d$her2_group[low & !d$her2_ihc %in% "2+"] <- "other"
  if (name %in% c("drawn_only", "assisted")) {
    slices <- sapply(grep("^voi_slices_", names(d)), function(k) number(d[[k]]))
    known <- apply(is.finite(slices), 1, all); helped <- apply(slices > 0, 1, any)
    d <- d[known & (if (name == "assisted") helped else !helped), ]
  }
  if (name == "good_quality") {
    parts <- sapply(grep("_valid_fraction$", names(d)), function(k) number(d[[k]]))
    d <- d[!apply(parts < .95, 1, function(poor) any(poor, na.rm = TRUE)), ]
  }
  if (startsWith(name, "reader_")) {
    own <- readings[readings$reader == sub("^reader_", "", name), ]
    d <- d[d$case_id %in% own$case_id, ]
    for (column in intersect(setdiff(names(own), c("case_id", "reader")), names(d))) d[[column]] <- own[match(d$case_id, own$case_id), column]
    if ("lesion_type" %in% names(d)) {
      known <- unique(rows[c("lesion_type", "in_mass", "in_nme_related")])
      place <- match(d$lesion_type, known$lesion_type)
      d$in_mass <- known$in_mass[place]; d$in_nme_related <- known$in_nme_related[place]
    }
  }
  d
}
sensitivity <- table_of("sensitivity.csv")
if (!is.null(sensitivity)) for (i in seq_len(nrow(sensitivity))) {
  row <- sensitivity[i, ]
  if (is.na(row$auc) || startsWith(row$variation, "label_noise") || startsWith(row$variation, "entropy_") || grepl("Firth", row$note)) next
  d <- varied(row$variation)
  inside <- d$her2_group %in% pairs[[row$comparison]]
  if (row$stratum != "all") inside <- inside & d[[paste0("in_", row$stratum)]] %in% "1"
  d <- d[which(inside), ]
  x <- design_of(d, c(members_of[[row$model]], if (row$variation == "with_size") "lesion_size_mm"))
  used <- complete.cases(x)
  x <- x[used, , drop = FALSE]; d <- d[used, ]
  y <- as.numeric(d$her2_group == positive_of[[row$comparison]])
  held <- if (startsWith(row$variation, "site_")) d$site %in% sub("^site_", "", row$variation) else rep(FALSE, length(y))
  s <- standard(x)
  fit <- fit_ml(s$z[!held, , drop = FALSE], y[!held])
  if (any(is.na(fit$coefficients)) || max(abs(s$z %*% fit$coefficients)) > 30) next
  judged <- if (any(held)) held else !held
  found <- area_with_limits(round(drop(s$z[judged, , drop = FALSE] %*% fit$coefficients), 8), y[judged])
  where <- paste("sensitivity.csv", row$stratum, row$comparison, row$model, row$variation)
  compare(where, "auc", row$auc, found[1])
  if (found[1] < 1) for (k in 2:3) compare(where, c("", "ci_low", "ci_high")[k], row[[c("", "ci_low", "ci_high")[k]]], found[k], 1e-6)
  compare(where, "n_positive", row$n_positive, sum(y[judged]))
}

# --- several readers together -------------------------------------------------------------------------------------

# Obuchowski & Rockette 1995 with the degrees of freedom of Hillis 2007; covariances of DeLong, or of the jackknife
# pseudovalues of Dorfman, Berbaum & Metz 1992.
mrmc_of <- function(scores, y, jackknife) {
  parts <- lapply(scores, function(s) placements(s, y))
  areas <- sapply(parts, `[[`, "area"); m <- sum(y); n <- sum(1 - y); all <- m + n
  if (jackknife) {
    pseudo <- sapply(parts, function(v) c(all * v$area - (all - 1) * (m * v$area - v$v10) / (m - 1), all * v$area - (all - 1) * (n * v$area - v$v01) / (n - 1)))
    covariance <- cov(pseudo) / all
  } else covariance <- cov(sapply(parts, `[[`, "v10")) / m + cov(sapply(parts, `[[`, "v01")) / n
  list(areas = areas, covariance = covariance)
}
multireader <- table_of("multireader.csv")
if (!is.null(multireader) && !is.null(readings)) {
  names_of_readers <- sort(unique(readings$reader[!grepl(" again$", readings$reader)]))
  reader_scores <- function(row, name, cases) {
    key <- paste(row$stratum, row$comparison, name)
    part <- models[paste(models$stratum, models$comparison, models$model) == key, ]
    part <- part[order(match(part$term, "(constant)", nomatch = 2)), ]
    sapply(names_of_readers, function(reader) {
      own <- readings[readings$reader == reader, ]
      d <- own[match(cases$case_id, own$case_id), ]
      if (nrow(part)) return(round(drop(cbind(1, design_of(d, part$term[-1])) %*% number(part$coefficient)), 10))
      if (variables[name, "kind"] == "number") return(number(d[[name]]))
      match(d[[name]], categories_of(name)) - 1
    })
  }
  turned <- function(s, y) if (mean(apply(s, 2, function(column) placements(column, y)$area)) < .5) -s else s
  for (i in seq_len(nrow(multireader))) {
    row <- multireader[i, ]
    cases <- cases_of(row$stratum, row$comparison)
    y <- as.numeric(cases$her2_group == positive_of[[row$comparison]])
    two <- !is.na(row$against)
    s <- lapply(c(row$predictor, if (two) row$against), function(name) reader_scores(row, name, cases))
    there <- Reduce(`&`, lapply(s, function(table) apply(is.finite(table), 1, all)))
    y <- y[there]
    s <- lapply(s, function(table) turned(table[there, , drop = FALSE], y))
    readers <- ncol(s[[1]])
    found <- mrmc_of(do.call(c, lapply(s, function(table) lapply(seq_len(readers), function(k) table[, k]))), y, grepl("Metz", row$method))
    a <- matrix(found$areas, nrow = length(s), byrow = TRUE); v <- found$covariance
    who <- rep(seq_len(readers), length(s)); what <- rep(seq_along(s), each = readers)
    mean_of <- function(same_what, same_who) mean(v[outer(what, what, "==") == same_what & outer(who, who, "==") == same_who])
    where <- paste("multireader.csv", row$stratum, row$comparison, row$predictor, row$against, row$method)
    if (two) {
      between <- var(a[1, ] - a[2, ]) / 2; apart <- max(mean_of(TRUE, FALSE) - mean_of(FALSE, FALSE), 0)
      fixed <- sqrt(max(2 / readers * (mean_of(TRUE, TRUE) - mean_of(FALSE, TRUE) + (readers - 1) * apart), 0))
      estimate <- mean(a[1, ]) - mean(a[2, ]); error <- between + readers * apart; se <- sqrt(2 / readers * error)
      compare(where, "f", row$f, readers * estimate^2 / 2 / error, 1e-5)
      compare(where, "fixed_p", row$fixed_p, 2 * pnorm(-abs(estimate) / fixed), 1e-5)
    } else {
      between <- var(a[1, ]); own <- mean_of(TRUE, FALSE)
      estimate <- mean(a); error <- between + readers * max(own, 0); se <- sqrt(error / readers)
      fixed <- sqrt((mean_of(TRUE, TRUE) + (readers - 1) * max(own, 0)) / readers)
    }
    df <- error^2 / (between^2 / (readers - 1))
    compare(where, "estimate", row$estimate, estimate, 1e-6)
    compare(where, "se", row$se, se, 1e-5)
    if (is.finite(df) && df < 1e6) compare(where, "df", row$df, df, 1e-4)
    if (two && is.finite(df)) compare(where, "p", row$p, pf(number(row$f), 1, df, lower.tail = FALSE), 1e-5)
    low <- estimate - qt(.975, min(df, 1e9)) * se; fixed_low <- estimate - qnorm(.975) * fixed
    compare(where, "ci_low", row$ci_low, if (two) low else max(low, 0), 1e-5)
    compare(where, "fixed_low", row$fixed_low, if (two) fixed_low else max(fixed_low, 0), 1e-5)
  }
}

# --- sites and scanners -------------------------------------------------------------------------------------------

# Restricted likelihood of a random intercept over the ratio of the standard deviations (Laird & Ware 1982).
reml_of <- function(y, x, cluster) {
  counts <- as.numeric(table(cluster)); sums <- rowsum(cbind(x, y), cluster); cross <- crossprod(cbind(x, y)); k <- ncol(x)
  at <- function(theta) {
    shrink <- theta^2 / (1 + counts * theta^2); w <- cross - crossprod(sums * sqrt(shrink))
    beta <- solve(w[1:k, 1:k], w[1:k, k + 1]); rest <- w[k + 1, k + 1] - sum(w[1:k, k + 1] * beta); free <- length(y) - k
    list(beta = beta, covariance = rest / free * solve(w[1:k, 1:k]), sigma = sqrt(rest / free),
      deviance = sum(log1p(counts * theta^2)) + as.numeric(determinant(w[1:k, 1:k])$modulus) + free * log(rest))
  }
  grid <- exp(seq(log(1e-4), log(1e3), length.out = 60)); start <- log(grid[which.min(sapply(grid, function(theta) at(theta)$deviance))])
  theta <- exp(optimize(function(l) at(exp(l))$deviance, start + c(-.3, .3), tol = 1e-10)$minimum)
  if (theta < 2e-4 || at(0)$deviance <= at(theta)$deviance + 1e-10) theta <- 0
  c(at(theta), list(theta = theta))
}
mixed <- table_of("mixed.csv")
if (!is.null(mixed)) for (i in seq_len(nrow(mixed))) {
  row <- mixed[i, ]
  cases <- cases_of(row$stratum, row$comparison)
  y <- as.numeric(cases$her2_group == positive_of[[row$comparison]])
  where <- paste("mixed.csv", row$cluster, row$stratum, row$comparison, row$outcome, row$term)
  if (row$model == "linear") {
    value <- number(cases[[row$outcome]]); there <- is.finite(value) & !is.na(cases[[row$cluster]])
    scale <- sd(value[there])
    found <- reml_of(value[there] / scale, cbind(1, y[there]), cases[[row$cluster]][there])
    se <- sqrt(found$covariance[2, 2]) * scale
    compare(where, "estimate", format(number(row$estimate) / se, digits = 15), found$beta[2] * scale / se, 1e-4)
    compare(where, "se", format(number(row$se) / se, digits = 15), 1, 1e-4)
    compare(where, "within_sd", format(number(row$within_sd) / scale, digits = 15), found$sigma, 1e-5)
    compare(where, "between_sd", format(number(row$between_sd) / scale, digits = 15), found$theta * found$sigma, 1e-3)
    compare(where, "p", row$p, 2 * pt(-abs(number(row$estimate) / number(row$se)), number(row$df)), 1e-6)
    compare(where, "ci_low", format(number(row$ci_low) / scale, digits = 15), (number(row$estimate) - qt(.975, number(row$df)) * number(row$se)) / scale, 1e-6)
    compare(where, "n", row$n, sum(there))
  } else if (requireNamespace("lme4", quietly = TRUE)) {
    terms <- mixed$term[mixed$cluster == row$cluster & mixed$stratum == row$stratum & mixed$comparison == row$comparison & mixed$model == "logistic"]
    if (row$term != terms[1]) next
    x <- design_of(cases, terms); there <- complete.cases(x) & !is.na(cases[[row$cluster]])
    held <- data.frame(y = y[there], cluster = cases[[row$cluster]][there]); held$x <- x[there, ]
    fit <- suppressMessages(suppressWarnings(lme4::glmer(y ~ x + (1 | cluster), held, family = binomial(), nAGQ = 15)))
    found <- coef(summary(fit))
    for (k in seq_along(terms)) {
      own <- mixed[mixed$cluster == row$cluster & mixed$stratum == row$stratum & mixed$comparison == row$comparison & mixed$term == terms[k], ]
      compare(paste(where, terms[k]), "estimate", own$estimate, found[k + 1, 1], 2e-3)
      compare(paste(where, terms[k]), "se", own$se, found[k + 1, 2], 5e-3)
    }
  }
}

cat(state$same, "numbers agree,", length(state$different), "differ\n")
cat("not computed again (random numbers): auc_corrected, auc_cv and what belongs to it, calibration, brier, Monte Carlo p, exchanged labels\n")
if (length(state$different)) { cat(head(state$different, 40), sep = "\n"); quit(status = 1) }
