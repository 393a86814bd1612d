//! Reads the text of an expression.

use super::{Binary, Decimal, Expression, Unary};

/// Brackets in brackets; more is no formula of a data sheet.
const DEPTH: usize = 32;

/// What a name stands for.
pub(crate) trait Names {
    /// A field or a setting; `None` if there is none of that name.
    fn resolve(&self, name: &str) -> Option<Expression>;
}

/// A text that is no expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SyntaxError {
    #[error("ends where {0} is expected")]
    Ends(&'static str),
    #[error("`{found}` at character {at} is not expected here")]
    Unexpected { at: usize, found: String },
    #[error("`{name}` at character {at} is no field, no setting and no function")]
    UnknownName { at: usize, name: String },
    #[error("`{name}` at character {at} takes {expected} values, found {found}")]
    Arguments { at: usize, name: String, expected: usize, found: usize },
    #[error("has more than {DEPTH} brackets or signs in each other")]
    TooDeep,
}

/// Reads an expression.
pub(crate) fn parse(text: &str, names: &dyn Names) -> Result<Expression, SyntaxError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, names, depth: 0 };
    let expression = parser.or()?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.unexpected("an operator")),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(Decimal),
    Name(String),
    Sign(&'static str),
}

/// Longest signs first.
const SIGNS: [&str; 18] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "(", ")", ",", "!", "?"];

/// The words of a text with the character each begins at, counted from 1.
fn tokens(text: &str) -> Result<Vec<(usize, Token)>, SyntaxError> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text.len().saturating_sub(rest.len()).saturating_add(1);
        let Some(first) = rest.chars().next() else { return Ok(found) };
        let length = if first.is_ascii_digit() {
            let length = number_length(rest);
            let word = rest.get(..length).unwrap_or_default();
            let number =
                Decimal::parse(word).ok_or_else(|| SyntaxError::Unexpected { at, found: word.to_owned() })?;
            found.push((at, Token::Number(number)));
            length
        } else if first.is_ascii_alphabetic() || first == '_' {
            let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let length = rest.find(is_end).unwrap_or(rest.len());
            found.push((at, Token::Name(rest.get(..length).unwrap_or_default().to_owned())));
            length
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| SyntaxError::Unexpected { at, found: first.to_string() })?;
            found.push((at, Token::Sign(sign)));
            sign.len()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// How long the number is a text begins with: digits, point, and an exponent with its sign.
fn number_length(text: &str) -> usize {
    let mut last = ' ';
    let is_end = |c: char| {
        let belongs = c.is_ascii_digit()
            || c == '.'
            || matches!(c, 'e' | 'E')
            || (matches!(c, '+' | '-') && matches!(last, 'e' | 'E'));
        last = c;
        !belongs
    };
    text.find(is_end).unwrap_or(text.len())
}

struct Parser<'a> {
    tokens: Vec<(usize, Token)>,
    next: usize,
    names: &'a dyn Names,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        if is_it {
            self.next = self.next.saturating_add(1);
        }
        is_it
    }

    fn expect(&mut self, sign: &'static str, named: &'static str) -> Result<(), SyntaxError> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(named)) }
    }

    fn unexpected(&self, expected: &'static str) -> SyntaxError {
        match self.tokens.get(self.next) {
            None => SyntaxError::Ends(expected),
            Some((at, token)) => SyntaxError::Unexpected {
                at: *at,
                found: match token {
                    Token::Number(number) => number.number().to_string(),
                    Token::Name(name) => name.clone(),
                    Token::Sign(sign) => (*sign).to_owned(),
                },
            },
        }
    }

    fn or(&mut self) -> Result<Expression, SyntaxError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(SyntaxError::TooDeep);
        }
        let expression = self.left_to_right(&[("||", Binary::Or)], Self::and);
        self.depth = self.depth.saturating_sub(1);
        expression
    }

    fn and(&mut self) -> Result<Expression, SyntaxError> {
        self.left_to_right(&[("&&", Binary::And)], Self::comparison)
    }

    /// At most one comparison: `1 < x < 3` means something else than it says.
    fn comparison(&mut self) -> Result<Expression, SyntaxError> {
        let left = self.sum()?;
        let comparisons = [
            ("==", Binary::Equal),
            ("!=", Binary::NotEqual),
            ("<=", Binary::LessOrEqual),
            (">=", Binary::GreaterOrEqual),
            ("<", Binary::Less),
            (">", Binary::Greater),
        ];
        for (sign, operation) in comparisons {
            if self.takes(sign) {
                return Ok(Expression::Binary(operation, Box::new(left), Box::new(self.sum()?)));
            }
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Expression, SyntaxError> {
        self.left_to_right(&[("+", Binary::Add), ("-", Binary::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Expression, SyntaxError> {
        let operations = [("*", Binary::Multiply), ("/", Binary::Divide), ("%", Binary::Remainder)];
        self.left_to_right(&operations, Self::signed)
    }

    fn left_to_right(
        &mut self,
        operations: &[(&str, Binary)],
        operand: fn(&mut Self) -> Result<Expression, SyntaxError>,
    ) -> Result<Expression, SyntaxError> {
        let mut left = operand(self)?;
        while let Some((_, operation)) = operations.iter().find(|(sign, _)| self.takes(sign)) {
            left = Expression::Binary(*operation, Box::new(left), Box::new(operand(self)?));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expression, SyntaxError> {
        let operation = match () {
            () if self.takes("-") => Unary::Negate,
            () if self.takes("!") => Unary::Not,
            () => return self.operand(),
        };
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err(SyntaxError::TooDeep);
        }
        let operand = self.signed()?;
        self.depth = self.depth.saturating_sub(1);
        Ok(Expression::Unary(operation, Box::new(operand)))
    }

    fn operand(&mut self) -> Result<Expression, SyntaxError> {
        if self.takes("(") {
            let inner = self.or()?;
            self.expect(")", "`)`")?;
            return Ok(inner);
        }
        let token = self.tokens.get(self.next).cloned();
        match token {
            Some((_, Token::Number(number))) => {
                self.next = self.next.saturating_add(1);
                Ok(Expression::Constant(number))
            }
            Some((at, Token::Name(name))) => {
                self.next = self.next.saturating_add(1);
                if self.takes("(") { self.call(at, &name) } else { self.named(at, &name) }
            }
            _ => Err(self.unexpected("a number, a name or `(`")),
        }
    }

    fn named(&self, at: usize, name: &str) -> Result<Expression, SyntaxError> {
        match name {
            "x" => Ok(Expression::X),
            _ => {
                self.names.resolve(name).ok_or_else(|| SyntaxError::UnknownName { at, name: name.to_owned() })
            }
        }
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Expression, SyntaxError> {
        let mut arguments = vec![self.or()?];
        while self.takes(",") {
            arguments.push(self.or()?);
        }
        self.expect(")", "`)`")?;
        let found = arguments.len();
        let wrong = |expected| SyntaxError::Arguments { at, name: name.to_owned(), expected, found };
        let unary = |operation, arguments: Vec<Expression>| {
            let [operand] = <[Expression; 1]>::try_from(arguments).map_err(|_| wrong(1))?;
            Ok(Expression::Unary(operation, Box::new(operand)))
        };
        let binary = |operation, arguments: Vec<Expression>| {
            let [left, right] = <[Expression; 2]>::try_from(arguments).map_err(|_| wrong(2))?;
            Ok(Expression::Binary(operation, Box::new(left), Box::new(right)))
        };
        match name {
            "abs" => unary(Unary::Abs, arguments),
            "floor" => unary(Unary::Floor, arguments),
            "round" => unary(Unary::Round, arguments),
            "sqrt" => unary(Unary::Sqrt, arguments),
            "ln" => unary(Unary::Ln, arguments),
            "exp" => unary(Unary::Exp, arguments),
            "pow" => binary(Binary::Power, arguments),
            "min" => binary(Binary::Minimum, arguments),
            "max" => binary(Binary::Maximum, arguments),
            "bit" => binary(Binary::Bit, arguments),
            "if" => {
                let parts = <[Expression; 3]>::try_from(arguments).map_err(|_| wrong(3))?;
                Ok(Expression::If(Box::new(parts)))
            }
            _ => Err(SyntaxError::UnknownName { at, name: name.to_owned() }),
        }
    }
}
