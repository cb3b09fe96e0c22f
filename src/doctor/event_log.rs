//! What Defender logged of Controlled Folder Access, as `wevtutil` prints it.
//! Source: Microsoft, "Evaluate controlled folder access": 1123 is a refused write, 1124 one that was logged.

/// More than a person looks at; the latest come first.
const MOST: usize = 200;

/// A write that Windows refused to a program that it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedWrite {
    /// Event 1123; false for 1124, which was logged and let through.
    pub refused: bool,
    /// As the log has it, UTC.
    pub time: String,
    /// The program that wanted to write.
    pub program: String,
    /// Where.
    pub path: String,
}

/// The command that prints the events: of the live log, or of a saved file at an absolute path.
#[must_use]
pub fn query(saved: Option<&str>) -> Vec<String> {
    let log = saved.unwrap_or("Microsoft-Windows-Windows Defender/Operational");
    let mut argv = ["wevtutil.exe", "query-events", log].map(str::to_owned).to_vec();
    if saved.is_some() {
        argv.push("/logfile:true".to_owned());
    }
    argv.push("/query:*[System[(EventID=1123 or EventID=1124)]]".to_owned());
    argv.extend(["/format:XML", "/element:Events", "/reversedirection:true"].map(str::to_owned));
    argv.push(format!("/count:{MOST}"));
    argv
}

/// The events that were printed, in their order.
///
/// # Errors
/// It is no XML.
pub fn refused_writes(xml: &str) -> Result<Vec<RefusedWrite>, String> {
    let xml = xml.trim();
    if xml.is_empty() {
        return Ok(Vec::new());
    }
    let document = roxmltree::Document::parse(xml).map_err(|why| why.to_string())?;
    let events = document.descendants().filter(|node| node.tag_name().name() == "Event");
    let one = |event: roxmltree::Node<'_, '_>| {
        let named = |name: &str| event.descendants().find(|node| node.tag_name().name() == name);
        let data = |name: &str| {
            let mut all = event.descendants();
            let found = all.find(|node| node.tag_name().name() == "Data" && node.attribute("Name") == Some(name));
            found.and_then(|node| node.text()).unwrap_or_default().trim().to_owned()
        };
        let refused = match named("EventID")?.text()?.trim() {
            "1123" => true,
            "1124" => false,
            _ => return None,
        };
        let time = named("TimeCreated").and_then(|node| node.attribute("SystemTime")).unwrap_or_default().to_owned();
        Some(RefusedWrite { refused, time, program: data("Process Name"), path: data("Path") })
    };
    Ok(events.filter_map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the form of Microsoft-Windows-Windows Defender/Operational; people and machines are made up.
    const LOG: &str = r#"<?xml version="1.0" encoding="utf-16"?><Events>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>
<Provider Name='Microsoft-Windows-Windows Defender' Guid='{11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78}'/>
<EventID>1123</EventID><Version>0</Version><Level>3</Level>
<TimeCreated SystemTime='2026-10-02T08:15:30.1234567Z'/><Computer>build-7</Computer></System>
<EventData><Data Name='Product Name'>Microsoft Defender Antivirus</Data><Data Name='Unused'></Data>
<Data Name='Path'>C:\Users\r\Documents\go\bin\tool.exe</Data>
<Data Name='Process Name'>C:\Users\r\AppData\Local\Temp\go-build1\b001\a &amp; b.test.exe</Data></EventData></Event>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1124</EventID></System>
<EventData><Data Name='Path'>C:\x</Data></EventData></Event>
<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>5007</EventID></System></Event>
</Events>"#;

    #[test]
    fn both_events_are_read_and_others_are_not() {
        let found = refused_writes(LOG).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found[0].refused && !found[1].refused);
        assert_eq!(found[0].time, "2026-10-02T08:15:30.1234567Z");
        assert_eq!(found[0].program, r"C:\Users\r\AppData\Local\Temp\go-build1\b001\a & b.test.exe");
        assert_eq!(found[0].path, r"C:\Users\r\Documents\go\bin\tool.exe");
        assert_eq!(found[1].program, "");
    }

    #[test]
    fn nothing_is_nothing_and_what_is_no_xml_is_said() {
        assert_eq!(refused_writes("  \r\n"), Ok(Vec::new()));
        assert_eq!(refused_writes("<Events></Events>"), Ok(Vec::new()));
        assert!(refused_writes("The channel was not found.").is_err());
    }

    #[test]
    fn a_saved_log_is_asked_as_a_file() {
        assert!(!query(None).iter().any(|word| word == "/logfile:true"));
        let saved = query(Some(r"D:\logs\defender.evtx"));
        assert_eq!(saved[2], r"D:\logs\defender.evtx");
        assert!(saved.iter().any(|word| word == "/logfile:true"));
    }
}
