//! Arithmetic of profile files: `(x - 32768) / kp`.
//!
//! Names are resolved when a file is read; settings become constants when a device gets its profile. A constant is
//! decimal: `x * 0.1` of 16538 is 1653.8, where a multiplication by the binary 0.1 gives 1653.8000000000002.

mod parser;

use domain::{Missing, Value};

pub(crate) use parser::{Names, parse};

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Constant(Decimal),
    /// The number that was read.
    X,
    /// The value of another field, by its place.
    Field(usize),
    /// A setting of the device, by its place; replaced by its value before anything is decoded.
    Setting(usize),
    /// A setting the device was not given.
    NotConfigured,
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    If(Box<[Expression; 3]>),
}

/// A constant as it is written: whole digits and a power of ten.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decimal {
    pub(crate) digits: f64,
    pub(crate) divisor: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Negate,
    Not,
    Abs,
    Floor,
    Round,
    Sqrt,
    Ln,
    Exp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Minimum,
    Maximum,
    Bit,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Expression {
    /// The value for the number read, `x`, and the values of other fields.
    pub(crate) fn value(&self, x: Value, field: &mut impl FnMut(usize) -> Value) -> Result<f64, Missing> {
        let number = |value: Value| match value {
            Value::Number(number) => Ok(number),
            Value::Missing(reason) => Err(reason),
        };
        match self {
            Self::Constant(decimal) => Ok(decimal.number()),
            Self::X => number(x),
            Self::Field(index) => number(field(*index)),
            Self::Setting(_) | Self::NotConfigured => Err(Missing::NotConfigured),
            Self::Unary(operation, operand) => Ok(operation.apply(operand.value(x, field)?)),
            Self::Binary(operation, left, right) => {
                let left = left.value(x, field)?;
                match (operation, &**right) {
                    // What decides already needs no other side, which may be missing.
                    (Binary::And, _) if left == 0.0 => Ok(0.0),
                    (Binary::Or, _) if left != 0.0 => Ok(1.0),
                    (Binary::Multiply, Self::Constant(factor)) => Ok(factor.times(left)),
                    (Binary::Divide, Self::Constant(divisor)) if divisor.digits != 0.0 => {
                        Ok(divisor.divides(left))
                    }
                    (_, right) => operation.apply(left, right.value(x, field)?),
                }
            }
            Self::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                if condition.value(x, field)? == 0.0 {
                    otherwise.value(x, field)
                } else {
                    then.value(x, field)
                }
            }
        }
    }

    /// Whether it reads the number of its own field.
    pub(crate) fn uses_x(&self) -> bool {
        self.any(&|part| matches!(part, Self::X))
    }

    /// The places of the fields it reads.
    pub(crate) fn fields(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.visit(&mut |part| {
            if let Self::Field(index) = part {
                found.push(*index);
            }
        });
        found
    }

    /// The places of the settings it reads.
    pub(crate) fn settings(&self) -> Vec<usize> {
        let mut found = Vec::new();
        self.visit(&mut |part| {
            if let Self::Setting(index) = part {
                found.push(*index);
            }
        });
        found
    }

    fn any(&self, is_it: &impl Fn(&Self) -> bool) -> bool {
        let mut any = false;
        self.visit(&mut |part| any |= is_it(part));
        any
    }

    fn visit(&self, visitor: &mut impl FnMut(&Self)) {
        visitor(self);
        match self {
            Self::Unary(_, operand) => operand.visit(visitor),
            Self::Binary(_, left, right) => {
                left.visit(visitor);
                right.visit(visitor);
            }
            Self::If(parts) => parts.iter().for_each(|part| part.visit(visitor)),
            _ => {}
        }
    }

    /// The expression with settings replaced by their values.
    pub(crate) fn with_settings(&self, setting: &impl Fn(usize) -> Option<Decimal>) -> Self {
        match self {
            Self::Setting(index) => setting(*index).map_or(Self::NotConfigured, Self::Constant),
            Self::Unary(operation, operand) => {
                Self::Unary(*operation, Box::new(operand.with_settings(setting)))
            }
            Self::Binary(operation, left, right) => {
                let (left, right) = (left.with_settings(setting), right.with_settings(setting));
                match (operation, &left) {
                    // `kp * x` is as exact as `x * kp`.
                    (Binary::Multiply, Self::Constant(_)) if !matches!(right, Self::Constant(_)) => {
                        Self::Binary(*operation, Box::new(right), Box::new(left))
                    }
                    _ => Self::Binary(*operation, Box::new(left), Box::new(right)),
                }
            }
            Self::If(parts) => Self::If(Box::new(parts.each_ref().map(|part| part.with_settings(setting)))),
            other => other.clone(),
        }
    }
}

impl Decimal {
    pub(crate) fn number(self) -> f64 {
        self.digits / self.divisor
    }

    /// `n` times the constant.
    pub(crate) fn times(self, n: f64) -> f64 {
        n * self.digits / self.divisor
    }

    /// `n` divided by the constant.
    pub(crate) fn divides(self, n: f64) -> f64 {
        n * self.divisor / self.digits
    }

    /// Reads `12.5`, `1e-3`; no sign.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().ok().filter(|e| (-30..=30).contains(e))?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_decimal = !whole.is_empty()
            && (fraction.is_empty() != mantissa.contains('.'))
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        if !is_decimal {
            return None;
        }
        let n_decimals = i32::try_from(fraction.len()).ok().filter(|n| *n <= 20)?;
        let digits: f64 = [whole, fraction].concat().parse().ok()?;
        let places = n_decimals.saturating_sub(exponent);
        let power = 10_f64.powi(places.abs());
        Some(if places >= 0 {
            Self { digits, divisor: power }
        } else {
            Self { digits: digits * power, divisor: 1.0 }
        })
    }
}

impl Unary {
    fn apply(self, operand: f64) -> f64 {
        match self {
            Self::Negate => -operand,
            Self::Not => truth(operand == 0.0),
            Self::Abs => operand.abs(),
            Self::Floor => operand.floor(),
            Self::Round => operand.round(),
            Self::Sqrt => operand.sqrt(),
            Self::Ln => operand.ln(),
            Self::Exp => operand.exp(),
        }
    }
}

impl Binary {
    #[expect(clippy::float_cmp, reason = "raw numbers are whole; a profile that compares others means it")]
    fn apply(self, left: f64, right: f64) -> Result<f64, Missing> {
        Ok(match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide | Self::Remainder if right == 0.0 => return Err(Missing::NothingToMeasure),
            Self::Divide => left / right,
            Self::Remainder => left % right,
            Self::Power => left.powf(right),
            Self::Minimum => left.min(right),
            Self::Maximum => left.max(right),
            Self::Bit => truth((left / right.exp2()).floor() % 2.0 == 1.0),
            Self::Equal => truth(left == right),
            Self::NotEqual => truth(left != right),
            Self::Less => truth(left < right),
            Self::LessOrEqual => truth(left <= right),
            Self::Greater => truth(left > right),
            Self::GreaterOrEqual => truth(left >= right),
            Self::And => truth(left != 0.0 && right != 0.0),
            Self::Or => truth(left != 0.0 || right != 0.0),
        })
    }
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoNames;

    impl Names for NoNames {
        fn resolve(&self, name: &str) -> Option<Expression> {
            match name {
                "count" => Some(Expression::Field(0)),
                "kp" => Some(Expression::Setting(0)),
                _ => None,
            }
        }
    }

    fn of(text: &str, x: f64) -> Result<f64, Missing> {
        let setting = |_| Decimal::parse("0.1");
        let count = &mut |_| Value::Missing(Missing::SensorError);
        parse(text, &NoNames).unwrap().with_settings(&setting).value(Value::Number(x), count)
    }

    #[test]
    fn arithmetic_binds_as_at_school() {
        assert_eq!(of("1 + 2 * 3 - 4 / 2", 0.0), Ok(5.0));
        assert_eq!(of("-(x - 32768) / 100", 33_768.0), Ok(-10.0));
        assert_eq!(of("10 - 4 - 3", 0.0), Ok(3.0));
        assert_eq!(of("pow(2, 3) + sqrt(16) + abs(-1)", 0.0), Ok(13.0));
        assert_eq!(of("x % 10", 27.0), Ok(7.0));
    }

    #[test]
    fn constants_and_settings_are_decimal() {
        assert_eq!(of("x * 0.1", 16_538.0).unwrap().to_string(), "1653.8");
        assert_eq!(of("0.1 * x", 16_538.0).unwrap().to_string(), "1653.8");
        assert_eq!(of("x * kp", 16_538.0).unwrap().to_string(), "1653.8");
        assert_eq!(of("x * 1e-3", 2_993.0).unwrap().to_string(), "2.993");
        assert_eq!(of("x / 0.1", 3.0).unwrap().to_string(), "30");
    }

    #[test]
    fn conditions_are_one_and_zero() {
        assert_eq!(of("if(x >= 90 && x < 120, 90 + 5 * (x - 90), x)", 92.0), Ok(100.0));
        assert_eq!(of("if(x >= 90 && x < 120, 90 + 5 * (x - 90), x)", 12.0), Ok(12.0));
        assert_eq!(of("bit(x, 7) + !bit(x, 0)", 128.0), Ok(2.0));
        assert_eq!(of("x == 3 || x != 3", 3.0), Ok(1.0));
    }

    #[test]
    fn what_is_missing_stays_missing_and_nothing_is_divided_by_zero() {
        assert_eq!(of("count + 1", 0.0), Err(Missing::SensorError));
        assert_eq!(of("x == 0 || count == 0", 0.0), Ok(1.0));
        assert_eq!(of("5 / x", 0.0), Err(Missing::NothingToMeasure));
        let unset = parse("x * kp", &NoNames).unwrap().with_settings(&|_| None);
        assert_eq!(unset.value(Value::Number(1.0), &mut |_| Value::Number(0.0)), Err(Missing::NotConfigured));
    }

    #[test]
    fn a_wrong_expression_is_refused_with_its_place() {
        for (text, complaint) in [
            ("", "ends where a number, a name or `(` is expected"),
            ("1 +", "ends where a number, a name or `(` is expected"),
            ("(x", "ends where `)` is expected"),
            ("x y", "`y` at character 3 is not expected here"),
            ("wat * 2", "`wat` at character 1 is no field, no setting and no function"),
            ("min(1)", "`min` at character 1 takes 2 values, found 1"),
            ("x & 1", "`&` at character 3 is not expected here"),
            ("1 < 2 < 3", "`<` at character 7 is not expected here"),
        ] {
            assert_eq!(parse(text, &NoNames).unwrap_err().to_string(), complaint, "{text}");
        }
        let deep = format!("{}x{}", "(".repeat(200), ")".repeat(200));
        assert!(parse(&deep, &NoNames).is_err());
    }
}
