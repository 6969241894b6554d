# "nix build ./packaging#pgassay", "nix run ./packaging -- run suites/shop.yaml".
{
  description = "Tests PostgreSQL schema migrations";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: rec {
        default = pgassay;
        pgassay = pkgs.stdenv.mkDerivation {
          pname = "pgassay";
          version = "0.1.0";
          src = ./..;
          nativeBuildInputs = with pkgs; [ meson ninja pkg-config python3 makeWrapper ];
          buildInputs = with pkgs; [ curl glib json-glib libarchive libfyaml libmicrohttpd libpq libxml2 zlib ];
          mesonFlags = [ "-Dtests=disabled" ];
          postPatch = "patchShebangs script";
          # PostgreSQL is found on the path; one that the user has comes first.
          postInstall = "wrapProgram $out/bin/pgassay --suffix PATH : ${pkgs.lib.makeBinPath [ pkgs.postgresql ]}";
          meta = {
            description = "Tests PostgreSQL schema migrations";
            license = pkgs.lib.licenses.postgresql;
            mainProgram = "pgassay";
            platforms = systems;
          };
        };
      });
    };
}
