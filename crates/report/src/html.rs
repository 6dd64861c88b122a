//! The form for the browser: one file, no script, nothing from elsewhere.

use crate::document::{Align, Block, Column, Document, Figure, KeyFigure, Section, Table};
use crate::drawing::{STYLESHEET, escape};
use crate::live::Assets;
use crate::palette::custom_properties;
use crate::{Lang, words};
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");
/// After the others: where letters are Chinese.
const STYLE_CHINESE: &str = include_str!("chinese.css");

/// The document as one file.
pub(crate) fn print(document: &Document) -> String {
    let head = format!(
        "<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none';style-src 'unsafe-inline'\">\n<style>\n{}</style>\n",
        stylesheet(document.lang)
    );
    printed(document, &head, "", words::mark(document.lang))
}

/// The document with its looks and its script in files beside it; without script the browser
/// itself asks for it anew.
pub(crate) fn print_served(document: &Document, assets: &Assets) -> String {
    let Assets { style, script, home, refresh_s } = *assets;
    let head = format!(
        "<noscript><meta http-equiv=\"refresh\" content=\"{refresh_s}\"></noscript>\n\
         <link rel=\"stylesheet\" href=\"{}\">\n<script src=\"{}\" defer></script>\n",
        escape(style),
        escape(script)
    );
    let mark = format!("<a href=\"{}\">{}</a>", escape(home), words::mark(document.lang));
    printed(document, &head, &format!(" data-refresh-s=\"{refresh_s}\""), &mark)
}

/// All that gives the document its looks.
pub(crate) fn stylesheet(lang: Lang) -> String {
    format!("{}{STYLE}{STYLESHEET}{}", custom_properties(), style_of(lang))
}

/// - `attributes`: of the outermost element; `mark`: HTML above the title.
fn printed(document: &Document, head: &str, attributes: &str, mark: &str) -> String {
    let lang = document.lang;
    let title = escape(&document.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\"{attributes}>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n{head}\
         </head>\n<body>\n<a class=\"skip\" href=\"#content\">{}</a>\n\
         <header>\n<p class=\"mark\">{mark}</p>\n<h1>{title}</h1>\n\
         <p class=\"scope\">{}</p>\n<p class=\"finding\">{}</p>\n</header>\n",
        lang.tag(),
        escape(&words::named(lang, &document.title)),
        words::skip(lang),
        escape(&document.scope),
        escape(&document.finding)
    );
    contents(&mut page, lang, &document.sections);
    page.push_str("<main id=\"content\">\n");
    for section in &document.sections {
        print_section(&mut page, lang, section);
    }
    push(
        &mut page,
        format_args!("</main>\n<footer>{}</footer>\n</body>\n</html>\n", escape(&document.footer)),
    );
    page
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("a string takes all that is written");
}

const fn style_of(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "",
        Lang::Zh => STYLE_CHINESE,
    }
}

fn contents(page: &mut String, lang: Lang, sections: &[Section]) {
    push(page, format_args!("<nav aria-label=\"{}\">\n<ul>\n", words::contents(lang)));
    for section in sections {
        push(page, format_args!("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title));
    }
    page.push_str("</ul>\n</nav>\n");
}

fn print_section(page: &mut String, lang: Lang, section: &Section) {
    let (id, title) = (section.id, escape(section.title));
    push(page, format_args!("<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n"));
    push(page, format_args!("<h2 id=\"{id}-title\">{title}</h2>\n"));
    for block in &section.blocks {
        print_block(page, lang, block);
    }
    page.push_str("</section>\n");
}

fn print_block(page: &mut String, lang: Lang, block: &Block) {
    match block {
        Block::Heading(text) => push(page, format_args!("<h3>{}</h3>\n", escape(text))),
        Block::Paragraph(text) => push(page, format_args!("<p>{}</p>\n", escape(text))),
        Block::KeyFigures(figures) => {
            page.push_str("<dl class=\"cards\">\n");
            for figure in figures {
                print_key_figure(page, lang, figure);
            }
            page.push_str("</dl>\n");
        }
        Block::Figures(figures) => {
            page.push_str("<div class=\"figures\">\n");
            for figure in figures {
                print_figure(page, figure);
            }
            page.push_str("</div>\n");
        }
        Block::Table(table) => print_table(page, lang, table),
        Block::Notes(notes) => {
            page.push_str("<dl class=\"notes\">\n");
            for (term, text) in notes {
                let (term, text) = (escape(term), escape(text));
                push(page, format_args!("<dt>{term}</dt><dd>{text}</dd>\n"));
            }
            page.push_str("</dl>\n");
        }
    }
}

fn print_key_figure(page: &mut String, lang: Lang, figure: &KeyFigure) {
    let against = match figure.baseline.as_str() {
        "" => String::new(),
        baseline => format!(
            "<dd class=\"against\"><b>{}</b> {} {}</dd>",
            escape(&figure.difference),
            words::baseline(lang),
            escape(baseline)
        ),
    };
    push(
        page,
        format_args!(
            "<div class=\"card\"><dt>{}</dt><dd class=\"value\">{} <span>{}</span></dd>\
             {against}<dd class=\"how\">{}</dd></div>\n",
            escape(figure.name),
            escape(&figure.plan),
            escape(&figure.unit),
            escape(&figure.method)
        ),
    );
}

fn print_figure(page: &mut String, figure: &Figure) {
    let Figure { id, width, height, body, .. } = figure;
    let (title, description) = (escape(&figure.title), escape(&figure.description));
    push(
        page,
        format_args!(
            "<figure>\n<figcaption id=\"{id}-title\">{title}</figcaption>\n\
             <svg role=\"img\" aria-labelledby=\"{id}-title {id}-text\" \
             viewBox=\"0 0 {width} {height:.0}\">\n<desc id=\"{id}-text\">{description}</desc>\n\
             {body}</svg>\n</figure>\n"
        ),
    );
}

fn print_table(page: &mut String, lang: Lang, table: &Table) {
    let caption = escape(&table.caption);
    if table.folded {
        push(page, format_args!("<details>\n<summary>{caption}</summary>\n"));
    }
    push(
        page,
        format_args!(
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">\n\
             <table>\n<caption>{caption}</caption>\n<thead><tr>"
        ),
    );
    for column in &table.columns {
        let unit = match column.unit.as_str() {
            "" => String::new(),
            unit => format!("<span>{}</span>", escape(unit)),
        };
        let class = class(column);
        push(page, format_args!("<th scope=\"col\"{class}>{}{unit}</th>", escape(&column.name)));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (place, row) in table.rows.iter().enumerate() {
        print_row(page, &table.columns, row, table.leads_to.get(place).copied().flatten());
    }
    page.push_str("</tbody>\n");
    if let Some(total) = &table.total {
        page.push_str("<tfoot>\n");
        print_row(page, &table.columns, total, None);
        page.push_str("</tfoot>\n");
    }
    page.push_str("</table>\n</div>\n");
    if let Some(note) = words::cut_note(lang, table, table.rows.len()) {
        push(page, format_args!("<p class=\"cut\">{}</p>\n", escape(&note)));
    }
    if table.folded {
        page.push_str("</details>\n");
    }
}

fn print_row(page: &mut String, columns: &[Column], row: &[String], leads_to: Option<&str>) {
    page.push_str("<tr>");
    for (place, (column, cell)) in columns.iter().zip(row).enumerate() {
        let (class, mut cell) = (class(column), escape(cell));
        if let Some(section) = leads_to.filter(|_| place + 1 == columns.len()) {
            cell = format!("<a href=\"#{section}\">{cell}</a>");
        }
        match place {
            0 => push(page, format_args!("<th scope=\"row\"{class}>{cell}</th>")),
            _ => push(page, format_args!("<td{class}>{cell}</td>")),
        }
    }
    page.push_str("</tr>\n");
}

const fn class(column: &Column) -> &'static str {
    match column.align {
        Align::Left => "",
        Align::Right => " class=\"n\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    fn page() -> String {
        crate::html(&made_up::scenario(), &made_up::outcome())
    }

    /// Values of an attribute wherever it stands.
    fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
        let mark = format!(" {attribute}=\"");
        page.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_page_is_whole_by_itself() {
        let page = page();
        assert!(values(&page, "href").iter().all(|target| target.starts_with('#')));
        for forbidden in ["<script", " src=", "@import", "url(http", "<link", "://"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(STYLE.len() + STYLESHEET.len() + custom_properties().len() < 15_000);
    }

    #[test]
    fn the_page_has_the_landmarks_that_readers_look_for() {
        let page = page();
        for (mark, times) in
            [("<h1>", 1), ("<main ", 1), ("<nav ", 1), ("<header>", 1), ("<footer>", 1)]
        {
            assert_eq!(page.matches(mark).count(), times, "{mark}");
        }
        assert!(page.contains("<html lang=\"en\">") && page.contains("class=\"skip\""));
        let tables = page.matches("<table>").count();
        assert!(tables > 8);
        assert_eq!(page.matches("<caption>").count(), tables);
        assert_eq!(page.matches("role=\"region\" tabindex=\"0\" aria-label=").count(), tables);
        let headings = page.matches("<th").count() - page.matches("<thead").count();
        assert_eq!(headings, page.matches("<th scope=").count());
    }

    #[test]
    fn every_link_and_label_leads_to_one_place() {
        let page = page();
        let ids = values(&page, "id");
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "ids are unique");
        let named = values(&page, "aria-labelledby");
        let fills = page.split("url(#").skip(1).filter_map(|rest| rest.split(')').next());
        let wanted = values(&page, "href")
            .into_iter()
            .map(|target| target.trim_start_matches('#'))
            .chain(named.into_iter().flat_map(str::split_whitespace))
            .chain(fills);
        for id in wanted {
            assert!(ids.contains(&id), "{id}");
        }
    }

    #[test]
    fn hostile_names_are_only_names() {
        let hostile = "<script>alert(1)</script>\" onload=\"x";
        let (mut scenario, mut outcome) = (made_up::scenario(), made_up::outcome());
        scenario.name = hostile.into();
        scenario.country = hostile.into();
        scenario.baseline.vehicle_type = hostile.into();
        scenario.sites.iter_mut().for_each(|site| site.id = hostile.into());
        scenario.fleet.iter_mut().for_each(|vehicle| vehicle.name = hostile.into());
        scenario.products.iter_mut().for_each(|product| product.industry = hostile.into());
        scenario.cartons.iter_mut().for_each(|carton| carton.id = hostile.into());
        scenario.orders.iter_mut().for_each(|order| order.id = hostile.into());
        outcome.notes[0].subject = hostile.into();
        outcome.notes[0].text = hostile.into();
        outcome.plan.unserved[0].reason = hostile.into();
        for day in &mut outcome.plan.days {
            day.round_ids.iter_mut().for_each(|id| *id = hostile.into());
            day.parcels.iter_mut().for_each(|parcel| parcel.id = hostile.into());
        }
        let page = crate::html(&scenario, &outcome);
        assert!(!page.contains("<script"));
        assert!(!page.contains("\" onload"));
        assert!(page.matches("&lt;script&gt;").count() > 20);
    }

    #[test]
    fn the_words_of_the_page_are_in_its_language() {
        let mut document = crate::content::document(&made_up::scenario(), &made_up::outcome());
        let english = print(&document);
        document.lang = Lang::Zh;
        let chinese = print(&document);
        for (in_english, in_chinese) in [
            ("<html lang=\"en\">", "<html lang=\"zh-CN\">"),
            (": greenchain report</title>", "：greenchain 报告</title>"),
            ("<nav aria-label=\"Contents\">", "<nav aria-label=\"目录\">"),
            (">Skip to the report</a>", ">跳至报告正文</a>"),
            ("</b> baseline ", "</b> 基准情景 "),
        ] {
            assert!(english.contains(in_english) && !english.contains(in_chinese), "{in_english}");
            assert!(chinese.contains(in_chinese) && !chinese.contains(in_english), "{in_chinese}");
        }
        assert!(chinese.contains("Noto Sans CJK SC") && !english.contains("Noto Sans CJK SC"));
    }

    #[test]
    fn the_same_outcome_is_the_same_page() {
        assert_eq!(page(), page());
    }

    #[test]
    fn a_run_in_which_nothing_happened_has_a_page() {
        let (scenario, outcome) = made_up::nothing();
        let page = crate::html(&scenario, &outcome);
        assert!(
            page.contains("No round was driven.") && page.contains("No site used electricity.")
        );
        assert!(!page.contains("NaN") && !page.contains("inf "));
    }
}
