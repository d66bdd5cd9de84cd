<#list dependencyMap as each>
<#assign library = each.getKey()/>
${library.groupId}:${library.artifactId}|${library.version}|${each.getValue()?join(" / ")}|${(library.scm.url)!library.url!""}
</#list>
