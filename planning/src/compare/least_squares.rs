//! Least squares with errors clustered by group.

/// A fitted linear model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fit {
    /// One for each column that was kept.
    pub(super) coefficients: Vec<f64>,
    /// Index of the given column for each coefficient; columns that others make up are left out.
    pub(super) columns: Vec<usize>,
    /// What the model does not explain, one for each row.
    pub(super) residuals: Vec<f64>,
    /// Share of the variance of `y` that the model explains, 0 to 1.
    pub(super) r_squared: f64,
    /// Inverse of X'X, kept columns only.
    inverse: Vec<Vec<f64>>,
}

/// Columns whose part that is not made up of others is smaller than this share of them are left out.
const COLLINEAR: f64 = 1e-8;

impl Fit {
    /// Fits `y` to the columns by orthogonalisation (Gram and Schmidt, twice for accuracy). `None` with fewer rows than columns
    /// or unequal lengths.
    pub(super) fn new(columns: &[Vec<f64>], y: &[f64]) -> Option<Self> {
        if columns.iter().any(|column| column.len() != y.len()) || y.len() < columns.len() || y.is_empty() {
            return None;
        }
        // X = QR, column by column.
        let (mut q, mut r, mut kept): (Vec<Vec<f64>>, Vec<Vec<f64>>, Vec<usize>) = Default::default();
        for (index, column) in columns.iter().enumerate() {
            let mut rest = column.clone();
            let mut of_column = vec![0.0; q.len()];
            for _ in 0..2 {
                for (before, amount) in q.iter().zip(&mut of_column) {
                    let part = dot(before, &rest);
                    *amount += part;
                    rest.iter_mut().zip(before).for_each(|(value, before)| *value -= part * before);
                }
            }
            let length = dot(&rest, &rest).sqrt();
            if length > COLLINEAR * dot(column, column).sqrt() {
                of_column.push(length);
                q.push(rest.iter().map(|value| value / length).collect());
                r.push(of_column);
                kept.push(index);
            }
        }
        let projected: Vec<f64> = q.iter().map(|direction| dot(direction, y)).collect();
        let coefficients = solve_upper(&r, &projected);
        let fitted = |row: usize| -> f64 {
            coefficients
                .iter()
                .zip(&kept)
                .map(|(coefficient, column)| coefficient * columns[*column][row])
                .sum()
        };
        let residuals: Vec<f64> = y.iter().enumerate().map(|(row, y)| y - fitted(row)).collect();
        let mean = y.iter().sum::<f64>() / y.len() as f64;
        let total: f64 = y.iter().map(|y| (y - mean).powi(2)).sum();
        let r_squared = if total > 0.0 { 1.0 - dot(&residuals, &residuals) / total } else { 0.0 };
        // Column i of the inverse of R; then (X'X)^-1 = R^-1 R^-T.
        let n = kept.len();
        let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect::<Vec<f64>>();
        let inverse_r: Vec<Vec<f64>> = (0..n).map(|i| solve_upper(&r, &unit(i))).collect();
        let entry = |i: usize, j: usize| inverse_r.iter().map(|column| column[i] * column[j]).sum();
        let inverse = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        Some(Self { coefficients, columns: kept, residuals, r_squared, inverse })
    }

    /// The coefficient of a given column, if it was kept.
    pub(super) fn coefficient(&self, column: usize) -> Option<f64> {
        Some(self.coefficients[self.columns.iter().position(|kept| *kept == column)?])
    }

    /// The standard error of a given column's coefficient when rows of one group may depend on each other: sandwich of Liang and Zeger with the
    /// usual correction G/(G-1) · (N-1)/(N-K). `None` for a column that was left out, below two groups, or without degrees of freedom.
    pub(super) fn clustered_error(&self, columns: &[Vec<f64>], groups: &[i64], column: usize) -> Option<f64> {
        let place = self.columns.iter().position(|kept| *kept == column)?;
        let mut names = groups.to_vec();
        names.sort_unstable();
        names.dedup();
        let (n, k, g) = (groups.len(), self.columns.len(), names.len());
        if g < 2 || n <= k {
            return None;
        }
        let weights = &self.inverse[place];
        // The influence of a row on the coefficient; those of a group are added up before they are squared.
        let influence = |row: usize| {
            let along: f64 =
                weights.iter().zip(&self.columns).map(|(weight, kept)| weight * columns[*kept][row]).sum();
            along * self.residuals[row]
        };
        let of_group = |name: &i64| {
            groups
                .iter()
                .enumerate()
                .filter(|(_, of_row)| *of_row == name)
                .map(|(row, _)| influence(row))
                .sum::<f64>()
        };
        let sum: f64 = names.iter().map(|name| of_group(name).powi(2)).sum();
        let (n, k, g) = (n as f64, k as f64, g as f64);
        Some((sum * g / (g - 1.0) * (n - 1.0) / (n - k)).sqrt())
    }
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Solves R x = b; `r[j]` is column j of R down to the diagonal.
fn solve_upper(r: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = b.to_vec();
    for j in (0..r.len()).rev() {
        x[j] /= r[j][j];
        for i in 0..j {
            x[i] -= r[j][i] * x[j];
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_near;

    #[test]
    fn a_line_is_fitted_as_by_hand() {
        // x = 1 2 3 4 and y = 2 4 5 8: slope (sum of (x - 2.5)(y - 4.75)) / 5 = 9.5 / 5 = 1.9, intercept 4.75 - 2.5 * 1.9 = 0.
        // Residuals 0.1 0.2 -0.7 0.4: 0.70 of 18.75 is not explained.
        let columns = [vec![1.0; 4], vec![1.0, 2.0, 3.0, 4.0]];
        let fit = Fit::new(&columns, &[2.0, 4.0, 5.0, 8.0]).unwrap();
        assert_near(fit.coefficients[0], 0.0, 1e-12);
        assert_near(fit.coefficients[1], 1.9, 1e-12);
        assert_near(fit.r_squared, 1.0 - 0.7 / 18.75, 1e-12);
    }

    #[test]
    fn the_error_adds_up_what_a_group_has_in_common() {
        // A mean of 1 3 5 7 with groups {1, 3} and {5, 7}: residuals -3 -1 1 3, group sums -4 and 4, divided by n: -1 and 1.
        // Their squares add up to 2; 2 * 2/1 * 3/3 = 4.
        let columns = [vec![1.0; 4]];
        let fit = Fit::new(&columns, &[1.0, 3.0, 5.0, 7.0]).unwrap();
        assert_near(fit.clustered_error(&columns, &[1, 1, 2, 2], 0).unwrap(), 2.0, 1e-12);
        // Each row its own group: (9 + 1 + 1 + 9) / 16 * 4/3 * 3/3 = 5/3.
        assert_near(fit.clustered_error(&columns, &[1, 2, 3, 4], 0).unwrap(), (5.0_f64 / 3.0).sqrt(), 1e-12);
        assert_eq!(fit.clustered_error(&columns, &[1, 1, 1, 1], 0), None);
    }

    #[test]
    fn a_column_made_up_of_others_is_left_out() {
        let columns = [vec![1.0; 4], vec![0.0, 0.0, 1.0, 1.0], vec![1.0, 1.0, 0.0, 0.0]];
        let fit = Fit::new(&columns, &[1.0, 1.0, 3.0, 3.0]).unwrap();
        assert_eq!(fit.columns, [0, 1]);
        assert_eq!(fit.coefficient(2), None);
        assert_near(fit.coefficient(1).unwrap(), 2.0, 1e-12);
    }
}
