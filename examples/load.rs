fn main(){ match stepback::rulebook::Rulebook::read(&[]) { Ok((b,f))=>println!("ok {} {} {}", b.levels.len(), b.workouts.len(), f), Err(f)=>println!("{}", f.to_string().replace("; ","\n")) } }
