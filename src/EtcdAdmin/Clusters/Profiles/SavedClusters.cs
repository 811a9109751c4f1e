namespace EtcdAdmin.Clusters.Profiles;

/// <summary>The way from the surroundings to the saved clusters.</summary>
public static class SavedClusters
{
    /// <param name="context">The surroundings.</param>
    extension(AdminContext context)
    {
        /// <summary>The saved clusters.</summary>
        public ProfileStore Profiles => new(context.Home);
    }
}
