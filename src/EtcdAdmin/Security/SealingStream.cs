using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>Encrypts what is written to it. The output is complete only after <see cref="Finish"/>.</summary>
internal abstract class SealingStream : WritingStream
{
    /// <summary>The key of the output, for reading it back whoever the recipients are.</summary>
    public abstract byte[] FileKey { get; }

    /// <summary>Writes the end.</summary>
    public abstract void Finish();
}
