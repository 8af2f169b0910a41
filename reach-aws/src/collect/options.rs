use std::time::Duration;

/// Whom to ask, and how.
///
/// ```
/// use reach_aws::collect::CollectOptions;
///
/// let options = CollectOptions {
///     profiles: vec!["audit".to_owned()],
///     regions: vec!["all".to_owned()],
///     ..CollectOptions::default()
/// };
/// assert!(options.tag_values);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectOptions {
    /// Profiles of the shared configuration; where there is none, the usual chain decides.
    pub profiles: Vec<String>,
    /// Regions, or `all` for each that the account may use; where there is none, the profile's.
    pub regions: Vec<String>,
    /// Roles to assume, an account each.
    pub role_arns: Vec<String>,
    /// The role to assume in every account of the organisation.
    pub org_role: Option<String>,
    /// Whether the values of tags are kept.
    pub tag_values: bool,
    /// The most requests at a time.
    pub concurrency: usize,
    /// How long one attempt of a request may take.
    pub timeout: Duration,
}

impl Default for CollectOptions {
    /// 16 requests at a time, 60 seconds each.
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            regions: Vec::new(),
            role_arns: Vec::new(),
            org_role: None,
            tag_values: true,
            concurrency: 16,
            timeout: Duration::from_secs(60),
        }
    }
}

impl CollectOptions {
    /// What decides which answers come in: an interrupted run is only resumed under the same.
    pub(crate) fn signature(&self) -> String {
        let Self { profiles, regions, role_arns, org_role, tag_values, .. } = self;
        let asked = (profiles, regions, role_arns, org_role, tag_values);
        format!("{} {asked:?}\n", env!("CARGO_PKG_VERSION"))
    }
}
