//! What words with gaps may hold: gaps, choices, plain loops and the words of another key. Whatever could grow without end is
//! left to pages, which are filled on a hand of their own: so words need neither a clock nor a bound on memory.

use std::collections::BTreeSet;

use minijinja::Environment;
use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, IfExpr, Stmt};
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;

use crate::finding::Finding;

/// The longest words with gaps that are read, in bytes. The parser goes one step deeper for every sign of `----1`.
pub(super) const LONGEST: usize = 2000;

/// The filters that words may use: none of them makes more of what it is given than fuel pays for.
const FILTERS: [&str; 19] = [
    "abs",
    "capitalize",
    "default",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "replace",
    "reverse",
    "round",
    "sort",
    "string",
    "title",
    "trim",
    "upper",
];

/// The gaps of words, each by its whole name.
///
/// # Errors
/// A finding, without a place, where the words are no template, too long, or hold what words may not.
pub(super) fn gaps(words: &str) -> Result<BTreeSet<String>, Box<Finding>> {
    if !["{{", "{%", "{#"].iter().any(|opening| words.contains(opening)) {
        return Ok(BTreeSet::new());
    }
    if words.len() > LONGEST {
        return Err(Finding::error("words-too-long").with("most", LONGEST).into());
    }
    let broken = |error: minijinja::Error| {
        Box::new(Finding::error("rule-words").with("what", error.detail().unwrap_or("syntax error")))
    };
    let tree = parse(words, "words", SyntaxConfig::default()).map_err(broken)?;
    statement(&tree, false).map_err(|strange| Box::new(strange.finding()))?;
    let env = Environment::empty();
    let template = env.template_from_str(words).map_err(broken)?;
    Ok(template.undeclared_variables(true).into_iter().collect())
}

/// What words may not hold.
enum Strange<'a> {
    /// A statement, a call or a list, as it is written.
    Part(&'static str),
    /// A filter, by its name.
    Filter(&'a str),
}

impl Strange<'_> {
    fn finding(self) -> Finding {
        match self {
            Self::Part(part) => Finding::error("words-too-rich").with("got", part),
            Self::Filter(name) => Finding::error("words-filter").with("got", name).near(name, FILTERS),
        }
    }
}

type Plain<'a> = Result<(), Strange<'a>>;

fn statements<'a>(all: &[Stmt<'a>], in_loop: bool) -> Plain<'a> {
    all.iter().try_for_each(|one| statement(one, in_loop))
}

fn statement<'a>(statement: &Stmt<'a>, in_loop: bool) -> Plain<'a> {
    match statement {
        Stmt::Template(template) => statements(&template.children, in_loop),
        Stmt::EmitRaw(_) | Stmt::Continue(_) | Stmt::Break(_) => Ok(()),
        Stmt::EmitExpr(gap) => expression(&gap.expr),
        Stmt::IfCond(choice) => {
            expression(&choice.expr)?;
            statements(&choice.true_body, in_loop)?;
            statements(&choice.false_body, in_loop)
        }
        // A loop within a loop may hold what the outer one holds, twice, and so on.
        Stmt::ForLoop(plain) if !in_loop && !plain.recursive => {
            items(&plain.iter)?;
            plain.filter_expr.iter().try_for_each(expression)?;
            statements(&plain.body, true)?;
            statements(&plain.else_body, true)
        }
        Stmt::ForLoop(_) => Err(Strange::Part("for")),
        // Text alone: every byte of it is paid for.
        Stmt::SetBlock(block) => {
            block.filter.iter().try_for_each(expression)?;
            statements(&block.body, in_loop)
        }
        Stmt::Include(other) => expression(&other.name),
        Stmt::Set(_) => Err(Strange::Part("set")),
        Stmt::WithBlock(_) => Err(Strange::Part("with")),
        Stmt::AutoEscape(_) => Err(Strange::Part("autoescape")),
        Stmt::FilterBlock(_) => Err(Strange::Part("filter")),
        Stmt::Block(_) => Err(Strange::Part("block")),
        Stmt::Import(_) | Stmt::FromImport(_) => Err(Strange::Part("import")),
        Stmt::Extends(_) => Err(Strange::Part("extends")),
        Stmt::Macro(_) => Err(Strange::Part("macro")),
        Stmt::CallBlock(_) => Err(Strange::Part("call")),
        Stmt::Do(_) => Err(Strange::Part("do")),
    }
}

/// What a loop goes through, or a value is looked for in: a list may be written out here, and holds no other.
fn items<'a>(expr: &Expr<'a>) -> Plain<'a> {
    match expr {
        Expr::List(list) => list.items.iter().try_for_each(expression),
        Expr::Tuple(tuple) => tuple.items.iter().try_for_each(expression),
        _ => expression(expr),
    }
}

fn expression<'a>(expr: &Expr<'a>) -> Plain<'a> {
    match expr {
        Expr::Var(_) | Expr::Const(_) => Ok(()),
        Expr::Slice(part) => {
            expression(&part.expr)?;
            [&part.start, &part.stop, &part.step].into_iter().flatten().try_for_each(expression)
        }
        Expr::UnaryOp(one) => expression(&one.expr),
        Expr::BinOp(two) => {
            expression(&two.left)?;
            if matches!(two.op, BinOpKind::In) { items(&two.right) } else { expression(&two.right) }
        }
        Expr::Compare(chain) => {
            expression(&chain.expr)?;
            chain.ops.iter().try_for_each(|next| items(&next.expr))
        }
        Expr::IfExpr(choice) => {
            let IfExpr { test_expr, true_expr, false_expr } = &**choice;
            expression(test_expr)?;
            expression(true_expr)?;
            false_expr.iter().try_for_each(expression)
        }
        Expr::Filter(filter) => {
            if !FILTERS.contains(&filter.name) {
                return Err(Strange::Filter(filter.name));
            }
            filter.expr.iter().try_for_each(expression)?;
            arguments(&filter.args)
        }
        Expr::Test(test) => {
            expression(&test.expr)?;
            arguments(&test.args)
        }
        Expr::GetAttr(part) => expression(&part.expr),
        Expr::GetItem(part) => {
            expression(&part.expr)?;
            expression(&part.subscript_expr)
        }
        Expr::Call(_) => Err(Strange::Part("()")),
        Expr::List(_) | Expr::Tuple(_) => Err(Strange::Part("[]")),
        Expr::Map(_) => Err(Strange::Part("{}")),
    }
}

fn arguments<'a>(all: &[CallArg<'a>]) -> Plain<'a> {
    all.iter().try_for_each(|argument| match argument {
        CallArg::Pos(value) | CallArg::Kwarg(_, value) => expression(value),
        CallArg::PosSplat(_) | CallArg::KwargSplat(_) => Err(Strange::Part("*")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(words: &str) -> String {
        gaps(words).expect_err(words).code
    }

    #[test]
    fn gaps_choices_and_plain_loops_are_read_with_the_names_that_they_ask() {
        for (words, asked) in [
            ("{ no gap }", &[][..]),
            ("{{ heat.temperature | round | int }}", &["heat.temperature"]),
            (
                "{% if n % 10 in [2, 3, 4] and n not in [12, 13] %}{{ n * 100 }}{% elif x is defined %}-{{ x }}{% endif %}",
                &["n", "x"],
            ),
            ("{% for word in known if word != 'a' %}{{ ', ' if not loop.first }}{{ word }}{% endfor %}", &["known"]),
            ("{% for one in ['a', 'b'] %}{{ one }}{% endfor %}", &[]),
            (
                "{% set line %}{% include 'part.' ~ key ignore missing %}{% endset %}{{ line | upper }}{{ key }}",
                &["key"],
            ),
        ] {
            let asked: BTreeSet<String> = asked.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(gaps(words).unwrap_or_else(|finding| panic!("{words}: {finding:?}")), asked, "{words}");
        }
    }

    #[test]
    fn words_that_could_grow_without_end_are_refused() {
        for words in [
            "{% set a = [1] %}{% set a = [a, a] %}{{ a }}",
            "{% with a = [x] %}{{ a }}{% endwith %}",
            "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
            "{% for a in [[x, x]] %}{{ a }}{% endfor %}",
            "{% for a in [1] %}{% for b in [a] %}{{ b }}{% endfor %}{% endfor %}",
            "{% for a in x recursive %}{{ loop(a) }}{% endfor %}",
            "{{ [[1] * 99] * 99 }}",
            "{{ (x, x) }}",
            "{{ {'a': x} }}",
            "{{ range(9) }}",
            "{{ x.items() }}",
            "{{ x in [[1] * 99] }}",
            "{{ x | default(*x) }}",
            "{% filter upper %}a{% endfilter %}",
            "{% do x() %}",
        ] {
            assert_eq!(refused(words), "words-too-rich", "{words}");
        }
        assert_eq!(refused("{{ [1] | tojson(indent=99) }}"), "words-filter");
        assert_eq!(refused("{{ x | legnth }}"), "words-filter");
        assert_eq!(refused("{{ x "), "rule-words");
    }

    #[test]
    fn words_that_are_as_long_and_deep_as_may_be_are_read_on_a_small_stack() {
        let deep = |one: &str, end: &str| {
            let room = (LONGEST - "{{  }}".len() - end.len()) / one.len();
            format!("{{{{ {}{end} }}}}", one.repeat(room))
        };
        let mut texts =
            vec![deep("-", "1"), deep("not ", "1"), deep("1+", "1"), deep("1~", "1"), deep("x if x else ", "x")];
        texts.push(format!("{{{{ x{} }}}}", "|abs".repeat(490)));
        texts.push(format!("{{{{ x{} }}}}", ".x".repeat(990)));
        texts.push(format!("{{{{ x{} }}}}", "[0]".repeat(660)));
        texts.push(format!("{{% if x %}}{}{{% endif %}}", "{% elif x %}".repeat(160)));
        let hand = std::thread::Builder::new().stack_size(1 << 20);
        let read = hand.spawn(move || texts.iter().filter(|words| gaps(words).is_ok()).count()).unwrap();
        assert!(read.join().unwrap() >= 7);
    }

    #[test]
    fn words_longer_than_may_be_are_refused_before_they_are_parsed() {
        assert_eq!(refused(&format!("{{{{ {}1 }}}}", "-".repeat(400_000))), "words-too-long");
        assert!(gaps(&"plain words, ".repeat(1000)).unwrap().is_empty());
    }
}
