fn main(){ 
 let p = stepback::phrasebook::Phrasebook::shipped("en").unwrap();
 match stepback::rulebook::Rulebook::read(&[]) { Ok((b,f))=>println!("ok {} {} {}", b.levels.len(), b.workouts.len(), f), Err(f)=>println!("{}", stepback::report::render(&f, &p, false)) } }
