using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Folders that only their owner may look into.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder, and those above it that are missing, with the rights 0700; one that exists stays as it is.</summary>
    /// <exception cref="EtcdException">FileWriteFailed.</exception>
    public static void Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, AtomicFile.OwnerOnlyFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.FileWriteFailed,
                $"Cannot make the folder '{path}': {e.Message}", e)
            {
                Target = path,
            };
        }
    }
}
