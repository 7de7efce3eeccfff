"""Find tags that cannot be read, ask for what no case gives, or would print what is not text, number or date."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables

from flows.documents.tagged_text import Tag
from flows.documents.template_fault import TemplateFault, fault_at
from flows.documents.template_source import jinja_source
from flows.documents.template_tags import EmptyValue, Unprintable, forbidden, tag_environment
from flows.errors import TemplateRefused
from flows.language import translate as _


def expression_faults(tags: Sequence[Tag], sample: Mapping[str, object] | None = None) -> Iterator[TemplateFault]:
    """Yield the faults of what tags say; `tags` stand in the order of the XML.

    `sample` are the values of a case by name: with them, each tag is tried, also where a condition would leave it out.
    """
    for tag, source in tried_tags(tags):
        try:
            names = _names(source)
        except SecurityError as error:
            what = _("A tag reaches for more than values: {tag}").format(tag=forbidden(error))
            yield fault_at(tag.paragraph, what)
        except TemplateSyntaxError as error:
            yield fault_at(
                tag.paragraph, _("A tag cannot be read: {why}").format(why=f"{tag.text} ({error.message or '?'})")
            )
        else:
            if sample is not None:
                unknown = names - sample.keys()
                for name in sorted(unknown):
                    yield fault_at(tag.paragraph, _("The tag {name} is no value of a case.").format(name=name))
                if not unknown and (why := _failure(source, sample)):
                    yield fault_at(
                        tag.paragraph, _("The tag {tag} prints no value: {why}").format(tag=tag.text, why=why)
                    )


def used_names(tags: Sequence[Tag]) -> set[str]:
    """Return the names that tags ask a case for, as far as they can be read."""
    found: set[str] = set()
    for _tag, source in tried_tags(tags):
        try:
            found |= _names(source)
        except TemplateError:
            continue
    return found


def tried_tags(tags: Sequence[Tag]) -> Iterator[tuple[Tag, str]]:
    """Yield each tag that says something, as a small template of its own within the loops around it."""
    loops: list[str] = []
    for tag in tags:
        word = tag.keyword
        try:
            written = jinja_source(tag)
        except TemplateRefused:  # quotes, which are reported with the tag's place
            continue
        if word == "endfor":
            loops = loops[:-1]
        around, ends = "".join(loops), "{% endfor %}" * len(loops)
        if word == "for":
            loops.append(written)
            yield tag, f"{around}{written}{{% endfor %}}{ends}"
        elif word == "if":
            yield tag, f"{around}{written}{{% endif %}}{ends}"
        elif word == "elif":
            yield tag, f"{around}{{% if {tag.inside.strip().removeprefix('elif')} %}}{{% endif %}}{ends}"
        elif word not in ("else", "endif", "endfor") and tag.opening != "{#":
            yield tag, f"{around}{written}{ends}"


@lru_cache(maxsize=1024)
def _names(source: str) -> frozenset[str]:
    """Return the names that a small template asks for; raises an exception of Jinja where it cannot be read."""
    environment = tag_environment(escape=True)
    tree = environment.parse(source)
    names = frozenset(find_undeclared_variables(tree))
    environment.compile(tree)  # finds filters that do not exist
    return names


def _failure(source: str, sample: Mapping[str, object]) -> str:
    """Return why a tag prints nothing that may stand in an agreement; nothing where it does."""
    try:
        tag_environment(escape=True).from_string(source).render(sample)
    except EmptyValue:
        return _("the value is empty")
    except Unprintable as error:
        return str(error)
    except UndefinedError:
        return _("the value has no such part")
    except SecurityError as error:
        return forbidden(error)
    except (TemplateError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        own = {_("the value is no date"), _("the value is no number"), _("a loop needs a list")}
        return str(error) if str(error) in own else type(error).__name__
    return ""
