namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The saved clusters of an environment.</summary>
public static class SavedClusters
{
    /// <param name="context">The environment.</param>
    extension(AdminContext context)
    {
        /// <summary>The saved clusters.</summary>
        public ProfileStore Profiles => new(context.Home);
    }
}
