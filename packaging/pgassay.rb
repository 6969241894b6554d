# A formula for Homebrew on Linux: "brew install --build-from-source --HEAD ./packaging/pgassay.rb".
class Pgassay < Formula
  desc "Tests PostgreSQL schema migrations"
  homepage "https://example.org/pgassay"
  version "0.1.0"
  license "PostgreSQL"
  head "https://example.org/pgassay.git", branch: "main"

  depends_on "meson" => :build
  depends_on "ninja" => :build
  depends_on "pkgconf" => :build
  depends_on "python@3.13" => :build
  depends_on "glib"
  depends_on "json-glib"
  depends_on "libarchive"
  depends_on "libfyaml"
  depends_on "curl"
  depends_on "libmicrohttpd"
  depends_on "libpq"
  depends_on "libxml2"
  depends_on :linux
  depends_on "postgresql@17"
  depends_on "zlib"

  def install
    system "meson", "setup", "build", "-Dtests=disabled", *std_meson_args
    system "meson", "compile", "-C", "build"
    system "meson", "install", "-C", "build"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/pgassay --version")
    (testpath/"migrations").mkpath
    (testpath/"migrations/001_a.sql").write "CREATE TABLE a (id bigint PRIMARY KEY);\n"
    system bin/"pgassay", "init", "--format", "plain", "migrations"
    system bin/"pgassay", "run"
  end
end
