namespace EtcdAdmin.Packages.Unpacked;

/// <summary>How package files lie on disk.</summary>
internal static class PackageFiles
{
    /// <summary>0755: everybody may run the programs, the owner alone may change them.</summary>
    public const UnixFileMode ProgramMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Deletes a folder that only this process knows of; what is left of it does no harm.</summary>
    public static void DeleteTemporary(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows: a virus scanner may still read a program in it. The cache clears old ones away later.
        }
    }
}
